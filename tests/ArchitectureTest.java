package tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which room of the house may know which other. */
class ArchitectureTest {
    private static final String[] ROOMS = {
        "access", "api", "cli", "client", "engine", "http", "server", "storage", "tls"
    };

    /** Packages in which at most two classes depend on each other, directly or through further classes. */
    private static final List<String> LAYERED =
            List.of("access", "api", "cli", "client", "engine", "http", "http.jetty", "storage", "tls");

    private static final String[] SERVERS = {"io.javalin..", "org.eclipse.jetty..", "jakarta.servlet.."};

    private final JavaClasses product = new ClassFileImporter().importPackages(ROOMS);

    @Test
    void the_engine_knows_neither_the_api_nor_files_nor_servers() {
        noClasses()
                .that()
                .resideInAPackage("engine")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        with(SERVERS, "access", "api", "cli", "client", "http..", "storage", "tls", "java.nio.file"))
                .check(product);
    }

    @Test
    void the_api_knows_no_files_and_no_servers() {
        noClasses()
                .that()
                .resideInAPackage("api")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(with(SERVERS, "access", "cli", "client", "storage", "tls"))
                .check(product);
    }

    @Test
    void storage_knows_only_the_engine() {
        noClasses()
                .that()
                .resideInAPackage("storage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(with(SERVERS, "access", "api", "cli", "client", "http..", "tls"))
                .check(product);
    }

    @Test
    void the_clients_know_nothing_of_the_broker() {
        noClasses()
                .that()
                .resideInAnyPackage("client", "cli")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(with(SERVERS, "access", "engine", "http..", "storage", "tls"))
                .check(product);
    }

    @Test
    void the_api_and_http_know_the_broker_by_its_interface_only() {
        noClasses()
                .that()
                .resideInAnyPackage("api", "http..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("engine.MemoryBroker")
                .check(product);
    }

    /** Access control is a decorator of the broker and a filter of requests. */
    @Test
    void nothing_but_the_server_knows_of_access_control_and_certificates() {
        noClasses()
                .that()
                .resideInAnyPackage("api", "cli", "client", "engine", "http..", "storage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("access", "server", "tls")
                .check(product);
    }

    /** So that it serves any broker. */
    @Test
    void the_server_knows_the_broker_by_its_interface_only() {
        noClasses()
                .that()
                .resideInAPackage("server")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("storage")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("engine.MemoryBroker")
                .check(product);
    }

    @Test
    void what_relies_on_the_inside_of_jetty_knows_only_the_engine() {
        noClasses()
                .that()
                .resideInAPackage("http.jetty")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("api", "cli", "client", "http", "storage")
                .check(product);
        noClasses()
                .that()
                .resideOutsideOfPackage("http.jetty")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty.server.internal..")
                .check(product);
    }

    @Test
    void no_two_packages_need_each_other() {
        Map<String, Set<String>> dependencies =
                dependencies(type -> List.of(ROOMS).contains(room(type)), ArchitectureTest::room);
        assertTrue(dependencies.keySet().containsAll(List.of("api", "http", "storage")), dependencies.toString());
        assertEquals(Set.of(), cyclesLargerThan(1, dependencies), "packages that depend on each other");
    }

    @Test
    void no_more_than_two_classes_of_a_package_depend_on_each_other() {
        for (String room : LAYERED) {
            Map<String, Set<String>> dependencies =
                    dependencies(type -> packageName(type).equals(room), ArchitectureTest::topLevelName);
            assertFalse(dependencies.isEmpty(), "no classes in " + room);
            assertEquals(
                    Set.of(),
                    cyclesLargerThan(2, dependencies),
                    "classes of " + room + " that all depend on each other");
        }
    }

    /** What a refusal leads to in HTTP, the HTTP layer says: another engine may stand behind the same calls. */
    @Test
    void the_engine_speaks_of_no_call_no_header_and_no_option() throws IOException {
        Pattern outside = Pattern.compile(
                "(GET|POST|PUT|DELETE|HEAD) /|[\\s\"'(]--[a-z]|Last-Event-ID|Content-Type|Accept:|HTTP");
        for (String file : sources("engine/")) {
            String source = ProjectFiles.read(file);
            assertFalse(
                    outside.matcher(source).find(),
                    file + ": "
                            + outside.matcher(source)
                                    .results()
                                    .map(MatchResult::group)
                                    .collect(Collectors.toList()));
        }
    }

    /** Short enough to read each in one go. */
    @Test
    void no_file_of_the_product_is_over_400_lines_and_the_assembly_of_the_broker_not_over_300() throws IOException {
        List<String> files = ProjectFiles.names().stream()
                .filter(name -> name.endsWith(".java") && !name.matches("(tests|benchmark)/.*"))
                .collect(Collectors.toList());
        assertTrue(
                files.containsAll(
                        List.of("Broker.java", "Consumer.java", "Producer.java", "Schemas.java", "engine/Topic.java")),
                files.toString());
        for (String file : files) {
            long lines = ProjectFiles.read(file).lines().count();
            int limit =
                    file.equals("Broker.java") ? 300 : file.equals("Schemas.java") ? 600 : 400; // a table of records
            assertTrue(lines <= limit, file + " has " + lines + " lines");
        }
    }

    private static List<String> sources(String folder) throws IOException {
        List<String> found = ProjectFiles.names().stream()
                .filter(name -> name.startsWith(folder) && name.endsWith(".java"))
                .collect(Collectors.toList());
        assertFalse(found.isEmpty(), "no sources in " + folder);
        return found;
    }

    /**
     * Which parts depend on which others, by name.
     *
     * @param isIncluded the classes of the parts
     * @param part the name of the part of a class
     */
    private Map<String, Set<String>> dependencies(Predicate<JavaClass> isIncluded, Function<JavaClass, String> part) {
        return product.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency ->
                        isIncluded.test(dependency.getOriginClass()) && isIncluded.test(dependency.getTargetClass()))
                .collect(Collectors.groupingBy(
                        dependency -> part.apply(dependency.getOriginClass()),
                        Collectors.mapping(
                                (Dependency dependency) -> part.apply(dependency.getTargetClass()),
                                Collectors.toSet())));
    }

    private static String packageName(JavaClass type) {
        return type.getBaseComponentType().getPackageName();
    }

    private static String room(JavaClass type) {
        return packageName(type).replaceFirst("\\..*", "");
    }

    /** The top-level class that contains a nested class. */
    private static String topLevelName(JavaClass type) {
        JavaClass outer = type.getBaseComponentType();
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getSimpleName();
    }

    private static Set<String> cyclesLargerThan(int limit, Map<String, Set<String>> dependencies) {
        return dependencies.keySet().stream()
                .map(part -> cycle(part, dependencies))
                .filter(cycle -> cycle.size() > limit)
                .map(Object::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A part and all parts that it depends on and that depend on it, directly or through further parts. */
    private static Set<String> cycle(String type, Map<String, Set<String>> dependencies) {
        Set<String> cycle = reachable(type, dependencies).stream()
                .filter(other -> reachable(other, dependencies).contains(type))
                .collect(Collectors.toCollection(TreeSet::new));
        cycle.add(type);
        return cycle;
    }

    private static Set<String> reachable(String type, Map<String, Set<String>> dependencies) {
        Set<String> found = new TreeSet<>();
        Deque<String> left = new ArrayDeque<>(List.of(type));
        while (!left.isEmpty()) {
            dependencies.getOrDefault(left.pop(), Set.of()).stream()
                    .filter(found::add)
                    .forEach(left::push);
        }
        return found;
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }
}
