//SOURCES ClassArchive.java Cli.java Environment.java HostName.java LaunchCommand.java OptionCheck.java PortFile.java
//SOURCES ProcessContext.java SystemCharset.java Terminal.java UnknownOptionHint.java Version.java
/** Code that all commands share: errors in one line, environment variables, host names, the version. */
package cli;
