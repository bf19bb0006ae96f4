//SOURCES BodyDrain.java BodyReader.java BoundedConnector.java Descriptors.java DetachedCallback.java
//SOURCES DisconnectWatcher.java EventStream.java HeadMemory.java HttpConnections.java SelectorQueue.java
//SOURCES SlowReaderWatch.java TransferTime.java
/**
 * Classes that rely on internals of Jetty, not only on its documented API. Tested with Jetty 12.1.13, a dependency of Javalin 7.2.3.
 *
 * <ul>
 * <li>{@link http.jetty.HttpConnections} subclasses {@code internal.HttpConnection}, its request handler and the parser. It relies on the
 *     threads that call them.
 * <li>{@link http.jetty.DisconnectWatcher} reads from the end point of a connection whose request is being served. It passes the bytes to
 *     {@code HttpConnection.onUpgradeTo}.
 * <li>{@link http.jetty.SelectorQueue} relies on two facts. A selector runs the updates of {@code ManagedSelector.submit} before it waits
 *     again, on the thread that serves its connections. {@code HttpConnection} resumes itself by executing itself on {@code getExecutor()}.
 * <li>{@link http.jetty.DetachedCallback} never completes a request during the write of its answer.
 * <li>{@link http.jetty.BodyReader} holds a chunk, which makes Jetty read into a new buffer. {@link http.jetty.BodyDrain} relies on Jetty to
 *     close a connection whose body has not ended.
 * <li>{@link http.jetty.EventStream} relies on Jetty not to write chunks if the header {@code Transfer-Encoding} is set without its enum.
 * <li>{@link http.jetty.BoundedConnector} relies on {@code HttpConnection.getHttpChannel} to tell whether a connection has a request.
 * </ul>
 *
 * After an upgrade run {@code ConnectionTest}, {@code ErrorsTest}, {@code WaitingTest}, {@code StreamTest}, {@code SlowReaderTest},
 * {@code DescriptorsTest}, {@code LifecycleTest}, {@code ProxyTest}, {@code MemoryTest}, {@code StressTest} and {@code FuzzTest}. This package does
 * not depend on the API.
 */
package http.jetty;
