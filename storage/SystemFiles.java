package storage;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Files that users do not see or ignore. Operating systems, file managers, network drives and version control create
 * them. A folder that contains only such files counts as empty. Stateless.
 */
final class SystemFiles {
    private static final Pattern NAMES = Pattern.compile(
            "(?i)"
                    + "\\.(git|docker)?(keep|ignore)|\\.gitattributes|\\.empty|\\.placeholder|\\.hidden|\\.nomedia" // to keep a folder in version control, or hide it
                    + "|lost\\+found|aquota\\.(user|group)|\\.nfs.*|\\.fuse_hidden.*|\\.snapshots?|\\.zfs|\\.glusterfs" // Unix and network file systems
                    + "|\\.trash.*|\\.directory"
                    + "|\\.ds_store|\\._.*|\\.localized|\\.metadata_never_index|\\.nosync|\\.apple(double|db|desktop)|\\.apdisk|icon\\r|\\.volumeicon\\.icns|\\.fseventsd" // macOS
                    + "|\\.spotlight-v100|\\.temporaryitems|\\.documentrevisions-v100|\\.com\\.apple\\..*|network trash folder|temporary items"
                    + "|desktop\\.ini|(eh)?thumbs(_vista)?\\.db|\\$recycle\\.bin|recycler|recycled|system volume information|dumpstack\\.log(\\.tmp)?" // Windows
                    + "|@eadir|#recycle|#snapshot|@tmp|@recycle|@recently-snapshot|\\.@__thumb|\\.@upload_cache" // network drives
                    + "|\\.st(folder|ignore|versions)|\\.syncthing.*|\\.dropbox(\\..*)?|\\.owncloudsync\\.log|\\.sync(_.*)?\\.(ffs_)?db"); // synchronization

    private SystemFiles() {}

    static boolean isSystemFile(Path path) {
        return NAMES.matcher(path.getFileName().toString()).matches();
    }
}
