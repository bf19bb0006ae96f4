// KafkaJS: produces, consumes and administers. The argument is the address of the broker.
import assert from 'node:assert/strict'
import kafkajs from 'kafkajs'

const topic = 'kafkajs'
const { Kafka, CompressionTypes } = kafkajs
const kafka = new Kafka({ brokers: [process.argv[2]] })

const admin = kafka.admin()
await admin.connect()
assert(await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }))
assert.equal((await admin.describeCluster()).brokers.length, 1)

for (const [idempotent, compression] of [[false, CompressionTypes.GZIP], [true, CompressionTypes.None]]) {
  const producer = kafka.producer({ idempotent })
  await producer.connect()
  await producer.send({ topic, compression, messages: [{ key: 'key', value: 'value', headers: { header: '1' } }] })
  await producer.disconnect()
}
assert.equal((await admin.fetchTopicOffsets(topic))[0].high, '2')

const consumer = kafka.consumer({ groupId: topic })
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await new Promise(done => consumer.run({
  eachMessage: async ({ message }) => {
    assert.equal(String(message.value), 'value')
    assert.equal(String(message.headers.header), '1')
    if (message.offset === '1') done()
  }
}))
await consumer.disconnect()
assert.equal((await admin.fetchOffsets({ groupId: topic, topics: [topic] }))[0].partitions[0].offset, '2')
await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] })
assert.equal((await admin.fetchTopicOffsets(topic))[0].low, '1')
await admin.deleteTopics({ topics: [topic] })
await admin.disconnect()
