//SOURCES Announcement.java ClassArchive.java Cli.java ControlCharacters.java Environment.java FileWatch.java
//SOURCES HostName.java LaunchCommand.java LimitOptions.java ListenOptions.java OptionCheck.java PemFile.java
//SOURCES PortFile.java ProcessContext.java SystemCharset.java Terminal.java UnknownOptionHint.java Version.java
/** Code that all commands share: errors in one line, environment variables, host names, the version. */
package cli;
