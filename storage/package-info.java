//SOURCES ConsumersState.java CorruptRecordException.java DamagedFolder.java DataDirectory.java DirectoryFormat.java
//SOURCES DirectoryLock.java DueEntries.java Entry.java FileErrors.java Folders.java Fsync.java JournalSegment.java
//SOURCES JournalSegments.java JournalTail.java JournalWriter.java MaintenanceTimer.java MissingOffsets.java
//SOURCES RecordReader.java RecordWriter.java Repair.java SealedSegments.java StorageException.java StorageOptions.java
//SOURCES StoredOffsets.java SyncedTail.java SystemFiles.java TopicFolder.java TopicJournal.java TopicReplay.java
//SOURCES TopicScan.java TruncatedTail.java
/**
 * Persists topics in files. {@link storage.DataDirectory} implements {@link engine.Storage}, and {@code FORMAT.md}
 * describes the files.
 */
package storage;
