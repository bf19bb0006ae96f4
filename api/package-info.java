//SOURCES BrokerCalls.java ConsumerCalls.java Parameters.java ProduceCalls.java Routes.java TopicCalls.java Views.java
/**
 * The calls of the HTTP API. {@link api.Routes} is the table of all of them. There is one class for each noun, and {@link api.Views} turns states
 * of the broker into responses.
 */
package api;
