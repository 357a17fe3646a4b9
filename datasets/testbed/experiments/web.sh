# web.sh - a web server (nginx) in the platform under light, medium or heavy load from `client`.
# Factors: object_bytes, load (light, medium, heavy: 1, 10, 100 connections at once); requests, or duration_s.
# shellcheck shell=sh
filter="tcp port 80 or tcp portrange 8080-8089" points="1:client 2:guest 3:host" vcap_args="--snaplen 128"

experiment_prepare() {
	case $f_load in
	light) connections=1 ;;
	medium) connections=10 ;;
	heavy) connections=100 ;;
	*) die 2 "factor load: light, medium or heavy, not $f_load" ;;
	esac
	make_objects "$f_object_bytes"
	nginx_conf "$SHARE/nginx.conf" "$platform_share/www"
	platform_background 1 server $inner_pin nginx -c "$platform_share/nginx.conf"
	server=$(platform_address 1) port=$(platform_port 1 80)
	wait_for 30 answers "$server" "$port" &&
		in_ns client ab -q -n 10 "http://$server:$port/$f_object_bytes" >/dev/null 2>&1
}

experiment_run() {
	platform_record outer ab -q -k -c $connections $(ab_length) "http://$server:$port/$f_object_bytes"
}

experiment_finish() {
	platform_end_background 1 server
}

experiment_check() { # RUN-DIRECTORY
	ab_is_good "$1/ab.txt" && captured "$1"
}
