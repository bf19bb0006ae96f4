//SOURCES BrokerCalls.java ConsumerCalls.java Parameters.java ProduceCalls.java Routes.java TopicCalls.java Views.java
/**
 * The calls of the HTTP API. {@link api.Routes} is the table of the calls. There is one class for each noun. {@link api.Views} converts states
 * of the broker to responses.
 */
package api;
