# shellcheck shell=bash
# kcat: produces with each compression, and consumes, without a group and in a group. The argument is the address of the broker.
for codec in none gzip snappy lz4 zstd; do
    echo "key:$codec" | kcat -b "$1" -P -t kcat -K : -z $codec -H header=1
done
echo 'tombstone:' | kcat -b "$1" -P -t kcat -K : -Z
echo idempotent | kcat -b "$1" -P -t kcat -X enable.idempotence=true

expected='0 key none 4 header=1
1 key gzip 4 header=1
2 key snappy 6 header=1
3 key lz4 3 header=1
4 key zstd 4 header=1
5 tombstone  -1 
6  idempotent 10 '
format='%o %k %s %S %h\n'
[ "$(kcat -b "$1" -C -t kcat -o beginning -e -q -f "$format")" = "$expected" ]
[ "$(kcat -b "$1" -C -t kcat -o -2 -e -q -f '%o ')" = '5 6 ' ]
[ "$(kcat -b "$1" -G kcat-group -X auto.offset.reset=earliest -c 7 -q -f "$format" kcat)" = "$expected" ]
[ "$(kcat -b "$1" -Q -t kcat:0:-1)" = 'kcat [0] offset 7' ]
[ "$(kcat -b "$1" -Q -t kcat:0:1000)" = 'kcat [0] offset 0' ]
kcat -b "$1" -L | grep -F 'topic "kcat" with 1 partitions'
