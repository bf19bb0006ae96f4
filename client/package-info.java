//SOURCES Accumulator.java AnswerLostException.java BatchProducer.java BrokerClient.java BrokerUnavailableException.java
//SOURCES BrokerUrl.java ClientOptions.java ConnectionFailure.java ConsumeLoop.java FetchAhead.java GeneratedLines.java
//SOURCES HttpCall.java InputException.java InputText.java LineChunks.java MessageFormat.java MessagePrinter.java
//SOURCES NdjsonMessages.java OffsetSpec.java OutgoingMessage.java ProblemException.java Progress.java
//SOURCES RemoteConsumer.java StopSignal.java TopicCreation.java TopicNames.java
/**
 * The HTTP client of the producer and the consumer of the command line.
 */
package client;
