//SOURCES BodyDrain.java BodyReader.java BoundedConnector.java Descriptors.java DetachedCallback.java
//SOURCES DisconnectWatcher.java EventStream.java HeadMemory.java HttpConnections.java SelectorQueue.java
/**
 * What relies on the inside of Jetty, and not only on its documented interfaces. Tested with Jetty 12.1.13, which Javalin 7.2.3 brings along.
 *
 * <ul>
 * <li>{@link http.jetty.HttpConnections}: subclasses {@code internal.HttpConnection}, its request handler and the parser, and relies on which
 *     thread they are called by.
 * <li>{@link http.jetty.DisconnectWatcher}: reads from the end point of a connection whose request is being served, and gives what it has read to
 *     {@code HttpConnection.onUpgradeTo}.
 * <li>{@link http.jetty.SelectorQueue}: a selector runs what {@code ManagedSelector.submit} is given before it waits again, on the thread that
 *     serves its connections. {@code HttpConnection} gives itself to {@code getExecutor()} to be resumed.
 * <li>{@link http.jetty.DetachedCallback}: completes a request never within the write of its answer.
 * <li>{@link http.jetty.BodyReader}: a chunk that is held makes Jetty read into a new buffer. {@link http.jetty.BodyDrain}: Jetty closes a connection
 *     whose body did not end.
 * <li>{@link http.jetty.EventStream}: writes to the end point itself, and Jetty makes no chunks then.
 * <li>{@link http.jetty.BoundedConnector}: knows from {@code HttpConnection.getHttpChannel} whether a connection has a request.
 * </ul>
 *
 * After an upgrade run {@code ConnectionTest}, {@code ErrorsTest}, {@code WaitingTest}, {@code StreamTest}, {@code SlowReaderTest},
 * {@code DescriptorsTest}, {@code LifecycleTest}, {@code ProxyTest}, {@code MemoryTest}, {@code StressTest} and {@code FuzzTest}. This package knows
 * nothing of the API.
 */
package http.jetty;
