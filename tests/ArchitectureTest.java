package tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which room of the house may know which other. */
class ArchitectureTest {
    private static final String[] ROOMS = {"api", "cli", "client", "engine", "http", "storage"};
    private static final String[] SERVERS = {"io.javalin..", "org.eclipse.jetty..", "jakarta.servlet.."};

    private final JavaClasses product = new ClassFileImporter().importPackages(ROOMS);

    @Test
    void the_engine_knows_neither_the_api_nor_files_nor_servers() {
        noClasses().that().resideInAPackage("engine").should().dependOnClassesThat()
                .resideInAnyPackage(with(SERVERS, "api", "cli", "client", "http", "storage", "java.nio.file")).check(product);
    }

    @Test
    void the_api_knows_no_files_and_no_servers() {
        noClasses().that().resideInAPackage("api").should().dependOnClassesThat()
                .resideInAnyPackage(with(SERVERS, "cli", "client", "storage")).check(product);
    }

    @Test
    void storage_knows_only_the_engine() {
        noClasses().that().resideInAPackage("storage").should().dependOnClassesThat()
                .resideInAnyPackage(with(SERVERS, "api", "cli", "client", "http")).check(product);
    }

    @Test
    void the_clients_know_nothing_of_the_broker() {
        noClasses().that().resideInAnyPackage("client", "cli").should().dependOnClassesThat()
                .resideInAnyPackage(with(SERVERS, "engine", "http", "storage")).check(product);
    }

    @Test
    void the_api_and_http_know_the_broker_by_its_interface_only() {
        noClasses().that().resideInAnyPackage("api", "http").should().dependOnClassesThat().haveFullyQualifiedName("engine.MemoryBroker")
                .check(product);
    }

    @Test
    void no_two_packages_need_each_other() {
        slices().matching("(*)").should().beFreeOfCycles().check(product);
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }
}
