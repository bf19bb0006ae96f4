"""confluent-kafka-python (librdkafka): produces, consumes and administers. The argument is the address of the broker."""

import sys
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

TOPIC = "confluent"
broker = {"bootstrap.servers": sys.argv[1]}

admin = AdminClient(broker)
admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(30)
resource = ConfigResource("topic", TOPIC)
configs = admin.describe_configs([resource])[resource].result(30)
assert configs["message.timestamp.type"].value == "LogAppendTime"

codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
for codec in codecs:
    producer = Producer({**broker, "compression.type": codec, "enable.idempotence": True})
    producer.produce(TOPIC, key="key", value=codec * 50, headers={"header": "1"})
    assert producer.flush(30) == 0


def consume(consumer):
    for codec in codecs:
        message = consumer.poll(30)
        assert message is not None and message.error() is None, message and message.error()
        assert message.value().decode() == codec * 50 and message.headers() == [("header", b"1")]


settings = {**broker, "group.id": TOPIC, "auto.offset.reset": "earliest", "enable.auto.commit": False}
alone = Consumer(settings)
alone.assign([TopicPartition(TOPIC, 0, 0)])
consume(alone)
alone.close()

member = Consumer(settings)
member.subscribe([TOPIC])
consume(member)
member.commit(asynchronous=False)
assert member.committed([TopicPartition(TOPIC, 0)])[0].offset == len(codecs)
member.close()
admin.delete_topics([TOPIC])[TOPIC].result(30)
