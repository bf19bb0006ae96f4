//SOURCES Accumulator.java AnswerLostException.java BatchProducer.java BrokerClient.java BrokerUnavailableException.java
//SOURCES BrokerUrl.java ClientOptions.java ConnectionFailure.java ConsumeLoop.java Credentials.java FetchAhead.java
//SOURCES GeneratedLines.java HttpCall.java InputException.java InputText.java LineChunks.java MessageFormat.java
//SOURCES MessagePrinter.java NdjsonMessages.java OffsetSpec.java OutgoingMessage.java ProblemException.java
//SOURCES Progress.java ReceivedMessage.java RemoteConsumer.java StopSignal.java TextMessages.java TopicCreation.java
//SOURCES TopicNames.java
/**
 * The HTTP client of the producer and the consumer of the command line.
 */
package client;
