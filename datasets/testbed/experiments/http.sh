# http.sh - requests of ab in `client` to nginx in `recv`, through Squid in each of the platform's
# instances; clients are shared out evenly among the proxies.
# Factors: object_bytes, concurrency, cache (on, off), proxies (0: without any; 1); requests, or duration_s.
# shellcheck shell=sh
# The proxy's interface carries both of its sides; only `origin` is to show the one behind.
filter="tcp port 3128 or tcp portrange 3120-3129" points="1:client 2:guest" vcap_args="--snaplen 128"
[ "${f_proxies:-1}" != 0 ] || filter="tcp port 80"
[ "$captures" -lt 3 ] || { filter=tcp points="3:client 3:origin" vcap_args="--snaplen 256"; }

squid_conf() { # FILE
	cat >"$1" <<X
http_port 3128
http_access allow all
visible_hostname testbed
pid_filename none
cache_effective_user proxy
max_filedescriptors 4096
pinger_enable off
netdb_filename none
memory_cache_shared off
shutdown_lifetime 0 seconds
coredump_dir /tmp
cache_log /dev/null
access_log none
dns_nameservers 127.0.0.1
X
	if [ "${f_cache:-off}" = on ]; then
		printf 'cache_mem 64 MB\nmaximum_object_size_in_memory 4 MB\n'
	else
		echo "cache deny all"
	fi >>"$1"
}

experiment_prepare() {
	proxies=${f_proxies:-1}
	platform_need "$proxies" || return 1
	make_objects "$f_object_bytes"
	nginx_conf "$WORK/origin.conf" "$SHARE/www"
	in_ns_background recv $outer_pin nginx -c "$WORK/origin.conf" >/dev/null 2>&1 </dev/null &
	origin_pid=$!
	wait_for 5 answers $RECV_IP 80 || return 1
	squid_conf "$SHARE/squid.conf"
	n=1
	while [ "$n" -le "$proxies" ]; do
		platform_background $n server $inner_pin squid -N -f "$platform_share/squid.conf" &&
			wait_for 30 answers "$(platform_address $n)" "$(platform_port $n 3128)" || return 1
		ab_words $n 2 "-n 10"
		in_ns client $ab >/dev/null 2>&1 || return 1
		n=$((n + 1))
	done
}

# $ab: the command of the clients of one proxy.
ab_words() { # N CONCURRENCY LENGTH
	via=''
	[ "$proxies" = 0 ] || via="-X $(platform_address "$1"):$(platform_port "$1" 3128)"
	ab="ab -q -c $2 $3 $via http://$RECV_IP/$f_object_bytes"
}

experiment_run() {
	share=$((proxies > 1 ? proxies : 1))
	if [ $share = 1 ]; then
		ab_words 1 "$f_concurrency" "$(ab_length)"
		platform_record outer $ab
		return
	fi
	# one command for vcap, which asks it for its version too: several ab side by side
	mkdir -p "$WORK/several"
	{
		echo '#!/bin/sh'
		echo '[ "$1" != -V ] || exec ab -V'
		n=1
		while [ $n -le $share ]; do
			ab_words $n $(((f_concurrency + share - 1) / share)) "$(ab_length $share)"
			echo "$ab >'$WORK/ab.$n' 2>&1 &"
			n=$((n + 1))
		done
		echo "wait; cat '$WORK'/ab.?; rm -f '$WORK'/ab.?"
	} >"$WORK/several/ab"
	chmod +x "$WORK/several/ab"
	platform_record outer "$WORK/several/ab"
}

experiment_finish() {
	n=1
	while [ $n -le "$proxies" ]; do
		platform_end_background $n server KILL # which it leaves nothing behind for, and TERM takes seconds
		n=$((n + 1))
	done
	end_process "$origin_pid"
	origin_pid=''
}
origin_pid='' proxies=0

experiment_check() { # RUN-DIRECTORY
	ab_is_good "$1/ab.txt" && captured "$1"
}
