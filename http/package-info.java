//FILES dashboard/=../dashboard/actions.js dashboard/=../dashboard/address.js dashboard/=../dashboard/app.js
//FILES dashboard/=../dashboard/badges.js dashboard/=../dashboard/broker.js dashboard/=../dashboard/consumer-actions.js
//FILES dashboard/=../dashboard/consumers.js dashboard/=../dashboard/deliveries.js dashboard/=../dashboard/demo.js
//FILES dashboard/=../dashboard/details.js dashboard/=../dashboard/events.js dashboard/=../dashboard/heartbeat.js
//FILES dashboard/=../dashboard/history.js dashboard/=../dashboard/index.html dashboard/=../dashboard/lanes.js
//FILES dashboard/=../dashboard/lessons.js dashboard/=../dashboard/members.js dashboard/=../dashboard/motion.js
//FILES dashboard/=../dashboard/murmur2.js dashboard/=../dashboard/overview.js dashboard/=../dashboard/payload.js
//FILES dashboard/=../dashboard/producer.js dashboard/=../dashboard/session.js dashboard/=../dashboard/share.js
//FILES dashboard/=../dashboard/state.js dashboard/=../dashboard/style.css dashboard/=../dashboard/timebar.js
//FILES dashboard/=../dashboard/timeline.js dashboard/=../dashboard/token.js dashboard/=../dashboard/topics.js
//FILES dashboard/=../dashboard/tour.js simplelogger.properties
//SOURCES Action.java Answers.java ApiPlugin.java AuthenticationFilter.java BatchParser.java BodyHints.java Call.java
//SOURCES CrossSiteFilter.java DashboardPlugin.java Difference.java DocsPlugin.java Exchange.java JsonBodies.java
//SOURCES JsonMemory.java LocalNames.java LongAnswer.java MediaTypes.java MessageFields.java Metrics.java
//SOURCES NameMemory.java NetworkAddresses.java NotRouted.java OpenApi.java Payload.java PlainHttpFilter.java
//SOURCES Problem.java ProblemErrorHandler.java Problems.java RefusingHandler.java RequestStats.java Route.java
//SOURCES RouteHandler.java RouteTable.java TextAnswer.java UriCheck.java
/**
 * Serves the API over HTTP: routing, bodies, errors, documentation and metrics. The parts are Javalin plugins.
 */
package http;
