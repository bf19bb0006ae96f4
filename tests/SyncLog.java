//JAVA 17+
//JAVAAGENT Can-Retransform-Classes=true
//DEPS net.bytebuddy:byte-buddy:1.18.12
import static java.nio.charset.StandardCharsets.UTF_8;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.none;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.channels.FileChannel;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy;
import net.bytebuddy.asm.Advice;

/**
 * A Java agent that writes a line to a log whenever a file or a folder has been synced: {@code PATH TAB SIZE} with the size
 * that a file had when the sync began, or {@code PATH TAB NAME TAB NAME...} with what was in a folder then. From it a test
 * knows what a machine that loses its power has to have kept. As long as there is a file {@code LOG.hangs}, no sync goes on; as
 * long as there is a file {@code LOG.fails}, every sync fails.
 * The argument of the agent is the path of the log.
 */
public class SyncLog {
    public static void premain(String log, Instrumentation instrumentation) {
        System.setProperty("sync.log", log);
        new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(RedefinitionStrategy.RETRANSFORMATION)
                .ignore(none())
                .type(named("sun.nio.ch.FileChannelImpl"))
                .transform((builder, type, loader, module, domain) ->
                        builder.visit(Advice.to(Force.class).on(named("force"))))
                .installOn(instrumentation);
    }

    /** Its code is copied into {@code force}, and so it may use nothing but the JDK. */
    static final class Force {
        @Advice.OnMethodEnter
        static String begin(@Advice.This FileChannel channel, @Advice.FieldValue("path") String path) throws Exception {
            while (new File(System.getProperty("sync.log") + ".hangs").exists()) {
                Thread.sleep(10);
            }
            if (new File(System.getProperty("sync.log") + ".fails").exists()) {
                throw new IOException("Input/output error");
            }
            String[] names = new File(path).list();
            return path + "\t" + (names == null ? String.valueOf(channel.size()) : String.join("\t", names)) + "\n";
        }

        @Advice.OnMethodExit
        static void end(@Advice.Enter String line) throws IOException {
            try (FileOutputStream log = new FileOutputStream(System.getProperty("sync.log"), true)) {
                log.write(line.getBytes(UTF_8));
            }
        }
    }
}
