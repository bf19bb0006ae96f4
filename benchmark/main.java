///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION The default script of this folder: in a checkout, `jbang benchmark` finds the folder before the alias.
//JAVA 17+
//MAIN benchmark.Benchmark
//SOURCES benchmark/Benchmark.java
