//SOURCES NodeSettings.java TemporaryFolder.java
/** A real node of Apache Kafka, for tests and to try Kafka clients. */
package kafka.node;
