//SOURCES Answers.java ApiPlugin.java BatchParser.java BodyHints.java Call.java CrossSiteFilter.java
//SOURCES DashboardPlugin.java DocsPlugin.java Exchange.java JsonBodies.java JsonMemory.java LocalNames.java
//SOURCES LongAnswer.java MediaTypes.java MetricsPlugin.java NameMemory.java NetworkAddresses.java NotRouted.java
//SOURCES OpenApi.java Payload.java Problem.java ProblemErrorHandler.java Problems.java RequestStats.java Route.java
//SOURCES RouteHandler.java UriCheck.java
/**
 * Serves the API over HTTP: routing, bodies, errors, documentation and metrics. The parts are Javalin plugins.
 */
package http;
