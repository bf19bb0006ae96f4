package tests;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes. Stateless. */
final class TestRun {
    private TestRun() {}

    /**
     * Runs classes, or those of their tests that are named.
     *
     * @param names classes, such as {@code LogTest}, or methods, such as {@code LogTest#a_method}; empty for all
     * @param excluded why classes or methods are left out, by name
     * @param sideBySide how many classes run at the same time
     */
    static void run(
            List<Class<?>> classes,
            List<String> names,
            Map<String, String> excluded,
            int sideBySide,
            TestReport report) {
        List<DiscoverySelector> selectors =
                classes.stream().flatMap(type -> selectors(type, names)).collect(Collectors.toList());
        if (selectors.isEmpty()) {
            return;
        }
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors)
                .filters((PostDiscoveryFilter) test -> filter(test, excluded, report))
                .configurationParameter("junit.jupiter.execution.timeout.default", "300 s")
                .configurationParameter("junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", String.valueOf(sideBySide > 1))
                .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                .configurationParameter(
                        "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter(
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", String.valueOf(sideBySide))
                .configurationParameter(
                        "junit.jupiter.displayname.generator.default",
                        DisplayNameGenerator.ReplaceUnderscores.class.getName())
                .build();
        LauncherFactory.create().execute(request, report.listener());
    }

    private static FilterResult filter(TestDescriptor test, Map<String, String> excluded, TestReport report) {
        String name = test.getSource()
                .map(source -> source instanceof MethodSource method
                        ? simpleName(method.getClassName()) + "#" + method.getMethodName()
                        : source instanceof ClassSource type ? simpleName(type.getClassName()) : "")
                .orElse("");
        String reason = excluded.getOrDefault(name, excluded.get(name.replaceFirst("#.*", "")));
        if (reason != null && test.isTest()) {
            report.leftOut(name, reason);
        }
        return FilterResult.includedIf(reason == null);
    }

    private static String simpleName(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static Stream<DiscoverySelector> selectors(Class<?> type, List<String> names) {
        if (names.isEmpty() || names.contains(type.getSimpleName())) {
            return Stream.of(selectClass(type));
        }
        return Stream.of(type.getDeclaredMethods())
                .filter(method ->
                        !method.isSynthetic() && names.contains(type.getSimpleName() + "#" + method.getName()))
                .map((Method method) -> selectMethod(type, method));
    }
}
