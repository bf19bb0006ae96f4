// @platformatic/kafka: produces, consumes and administers. The argument is the address of the broker.
import assert from 'node:assert/strict'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const topic = 'platformatic'
const options = { clientId: topic, bootstrapBrokers: [process.argv[2]] }

const admin = new Admin(options)
await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })
for (const settings of [{ compression: 'gzip' }, { idempotent: true }]) {
  const producer = new Producer({ ...options, ...settings, serializers: stringSerializers })
  await producer.send({ messages: [{ topic, key: 'key', value: 'value', headers: { header: '1' } }] })
  await producer.close()
}

const consumer = new Consumer({ ...options, groupId: topic, deserializers: stringDeserializers })
const stream = await consumer.consume({ topics: [topic], mode: 'earliest' })
let count = 0
for await (const message of stream) {
  assert.equal(message.value, 'value')
  assert.equal(message.headers.get('header'), '1')
  await message.commit()
  if (++count === 2) break
}
await consumer.close(true)
await admin.deleteTopics({ topics: [topic] })
await admin.close()
