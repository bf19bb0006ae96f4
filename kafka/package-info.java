/** What needs Apache Kafka. The entry scripts of this folder are in the unnamed package. */
package kafka;
