//SOURCES ServerCommand.java
/** The command of a server: its options, the assembly of its parts, the announcement and the stop. What serves the calls is a subclass. */
package server;
