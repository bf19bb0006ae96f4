# shellcheck shell=bash
# The tools of Apache Kafka: topics, configurations, messages, offsets and groups. The argument is the address of the broker.
tool() { # tool CLASS ARGUMENT...
    ./jbang tests/compatibility/KafkaTool.java "$1" --bootstrap-server "$broker" "${@:2}"
}
broker=$1

tool org.apache.kafka.tools.TopicCommand --create --topic tools --partitions 1 --config retention.ms=3600000
tool org.apache.kafka.tools.TopicCommand --describe --topic tools | grep -F 'Configs: retention.ms=3600000'
tool org.apache.kafka.tools.TopicCommand --list | grep -x tools
tool kafka.admin.ConfigCommand --describe --topic tools | grep -F 'retention.ms=3600000'
tool kafka.admin.ConfigCommand --describe --all --broker 0 | grep -F 'node.id=0'
printf 'a:1\nb:2\n' | tool org.apache.kafka.tools.ConsoleProducer --topic tools \
    --reader-property parse.key=true --reader-property key.separator=:
tool org.apache.kafka.tools.VerifiableProducer --topic tools --max-messages 10 | grep -F '"acked":10'
[ "$(tool org.apache.kafka.tools.GetOffsetShell --topic tools)" = tools:0:12 ]
consume() { tool org.apache.kafka.tools.consumer.ConsoleConsumer --topic tools --max-messages 2 --timeout-ms 30000 "$@"; }
[ "$(consume --partition 0 --offset earliest)" = "1
2" ]
[ "$(consume --from-beginning --group tools-group)" = "1
2" ]
tool org.apache.kafka.tools.VerifiableConsumer --topic tools --group-id verifiable --reset-policy earliest \
    --max-messages 12 | grep -F records_consumed
tool org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --describe --group tools-group | grep -F 'tools-group'
tool org.apache.kafka.tools.LogDirsCommand --describe --topic-list tools | grep -F '"partition":"tools-0"'
echo '{"version":1,"partitions":[{"topic":"tools","partition":0,"offset":2}]}' >"$2/offsets.json"
tool org.apache.kafka.tools.DeleteRecordsCommand --offset-json-file "$2/offsets.json" | grep -F 'low_watermark: 2'
tool org.apache.kafka.tools.ProducerPerformance --topic tools --num-records 1000 --record-size 100 --throughput -1 \
    | grep -F '1000 records sent'
tool org.apache.kafka.tools.BrokerApiVersionsCommand | grep -F 'Fetch(1)'
tool org.apache.kafka.tools.TopicCommand --delete --topic tools
