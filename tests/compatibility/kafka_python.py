"""kafka-python: produces, consumes and administers. The argument is the address of the broker."""

import sys
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic

broker = sys.argv[1]
partition = TopicPartition("kafka-python", 0)

admin = KafkaAdminClient(bootstrap_servers=broker)
admin.create_topics([NewTopic(partition.topic, 1, 1)])
assert partition.topic in admin.list_topics()
assert len(admin.describe_cluster()["brokers"]) == 1
assert admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, partition.topic)])

codecs = [None, "gzip"]
for codec in codecs:
    with_codec = KafkaProducer(bootstrap_servers=broker, compression_type=codec, acks="all")
    with_codec.send(partition.topic, key=b"key", value=str(codec).encode(), headers=[("header", b"1")]).get(30)
    with_codec.close()


def consume(consumer):
    values = [next(consumer).value.decode() for _ in codecs]
    assert values == [str(codec) for codec in codecs], values


alone = KafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest", consumer_timeout_ms=30000)
alone.assign([partition])
consume(alone)
assert alone.end_offsets([partition])[partition] == len(codecs)
alone.close()

member = KafkaConsumer(
    partition.topic,
    bootstrap_servers=broker,
    group_id="kafka-python",
    auto_offset_reset="earliest",
    consumer_timeout_ms=30000,
)
consume(member)
member.commit()
assert member.committed(partition) == len(codecs)
member.close()
admin.delete_topics([partition.topic])
