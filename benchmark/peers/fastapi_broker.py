"""The broker that mini-kafka started from, as it was: a FastAPI application with a list and a lock per topic.

Rewritten here to be measured against. It does per request what the original did: the same middleware, the same
validation by pydantic models, an asyncio lock around every access to a topic, the same answers.

    python3 fastapi_broker.py 8100      (needs fastapi and uvicorn; uses uvloop and httptools if they are there)
"""
import asyncio
import sys
import uuid
from typing import Optional

import uvicorn
from fastapi import FastAPI, HTTPException, Response
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel


class TopicRegistration(BaseModel):
    topic: str


class ProducerRegistration(BaseModel):
    topic: str
    producer_id: Optional[str] = None


class ConsumerRegistration(BaseModel):
    topic: str
    consumer_id: Optional[str] = None


class PublishRequest(BaseModel):
    topic: str
    value: str
    key: Optional[str] = None


class ConsumeRequest(BaseModel):
    consumer_id: str


class Message(BaseModel):
    topic: str
    offset: int
    value: str
    key: Optional[str] = None


app = FastAPI(title="Mini Kafka Broker")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"])

messages_of = {}
lock_of = {}
consumers = {}


def ensure(topic):
    if topic not in messages_of:
        messages_of[topic] = []
        lock_of[topic] = asyncio.Lock()


@app.get("/")
async def root():
    return {"message": "Mini Kafka Broker up. See /docs for Swagger UI."}


@app.get("/health")
async def health():
    return {"status": "ok"}


@app.post("/topics/register")
async def register_topic(request: TopicRegistration):
    ensure(request.topic)
    return {"status": "ok", "topic": request.topic}


@app.post("/producers/register")
async def register_producer(request: ProducerRegistration):
    ensure(request.topic)
    return {"status": "ok", "topic": request.topic, "producer_id": request.producer_id or f"producer-{uuid.uuid4().hex[:8]}"}


@app.post("/consumers/register")
async def register_consumer(request: ConsumerRegistration):
    ensure(request.topic)
    consumer_id = request.consumer_id or f"consumer-{uuid.uuid4().hex[:8]}"
    consumers[consumer_id] = {"topic": request.topic, "offset": 0}
    return {"status": "ok", "topic": request.topic, "consumer_id": consumer_id}


@app.post("/produce")
async def produce(request: PublishRequest):
    if request.topic not in messages_of:
        raise HTTPException(status_code=404, detail="Topic not found. Register it first.")
    message = {"topic": request.topic, "value": request.value, "key": request.key}
    async with lock_of[request.topic]:
        message["offset"] = len(messages_of[request.topic])
        messages_of[request.topic].append(message)
    return {"status": "ok", "offset": message["offset"]}


@app.post("/consume", response_model=Optional[Message])
async def consume(request: ConsumeRequest):
    if request.consumer_id not in consumers:
        raise HTTPException(status_code=404, detail="Unknown consumer. Register first.")
    consumer = consumers[request.consumer_id]
    async with lock_of[consumer["topic"]]:
        messages = messages_of.get(consumer["topic"], [])
        if consumer["offset"] < len(messages):
            message = messages[consumer["offset"]]
            consumer["offset"] += 1
            return Message(**message)
    return Response(status_code=204)


@app.get("/stats")
async def stats():
    return {"topics": {topic: len(messages) for topic, messages in messages_of.items()}, "consumers": consumers}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
