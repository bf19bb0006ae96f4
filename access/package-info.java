//SOURCES AccessControl.java AccessFile.java AccessFileEditor.java AccessOptions.java AuthorizingBroker.java
//SOURCES AuthorizingLogs.java AuthorizingOffsets.java FollowingFuture.java OwnIds.java OwnerView.java Principal.java
//SOURCES Principals.java Rule.java TokenCommand.java Tokens.java
/**
 * Access control: who a client is, by its token, and what its principal may do. Without {@code --auth}, no class of this package but the
 * options and the command {@code token} is used.
 */
package access;
