//FILES dashboard/=../dashboard/actions.js dashboard/=../dashboard/address.js dashboard/=../dashboard/app.js
//FILES dashboard/=../dashboard/badges.js dashboard/=../dashboard/broker.js dashboard/=../dashboard/consumer-actions.js
//FILES dashboard/=../dashboard/consumers.js dashboard/=../dashboard/deliveries.js dashboard/=../dashboard/demo.js
//FILES dashboard/=../dashboard/details.js dashboard/=../dashboard/events.js dashboard/=../dashboard/heartbeat.js
//FILES dashboard/=../dashboard/history.js dashboard/=../dashboard/index.html dashboard/=../dashboard/lanes.js
//FILES dashboard/=../dashboard/lessons.js dashboard/=../dashboard/members.js dashboard/=../dashboard/motion.js
//FILES dashboard/=../dashboard/murmur2.js dashboard/=../dashboard/overview.js dashboard/=../dashboard/producer.js
//FILES dashboard/=../dashboard/session.js dashboard/=../dashboard/share.js dashboard/=../dashboard/state.js
//FILES dashboard/=../dashboard/style.css dashboard/=../dashboard/timebar.js dashboard/=../dashboard/timeline.js
//FILES dashboard/=../dashboard/topics.js dashboard/=../dashboard/tour.js simplelogger.properties
//SOURCES Answers.java ApiPlugin.java BatchParser.java BodyHints.java Call.java CrossSiteFilter.java
//SOURCES DashboardPlugin.java DocsPlugin.java Exchange.java JsonBodies.java JsonMemory.java LocalNames.java
//SOURCES LongAnswer.java MediaTypes.java MetricsPlugin.java NameMemory.java NetworkAddresses.java NotRouted.java
//SOURCES OpenApi.java Payload.java Problem.java ProblemErrorHandler.java Problems.java RequestStats.java Route.java
//SOURCES RouteHandler.java UriCheck.java
/**
 * Serves the API over HTTP: routing, bodies, errors, documentation and metrics. The parts are Javalin plugins.
 */
package http;
