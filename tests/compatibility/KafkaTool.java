///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs a tool of Apache Kafka by the name of its class, without an installation of Kafka.
//JAVA 17+
//RUNTIME_OPTIONS -Xlog:all=error -XX:TieredStopAtLevel=1
//DEPS org.apache.kafka:kafka-tools:4.3.1
//DEPS org.apache.kafka:kafka_2.13:4.3.1
//DEPS org.slf4j:slf4j-nop:1.7.36

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Runs the main method of a class of Kafka. */
public class KafkaTool {
    private KafkaTool() {}

    /** The first argument is the class, such as {@code org.apache.kafka.tools.TopicCommand}; the others are its arguments. */
    public static void main(String... args) throws Throwable {
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
