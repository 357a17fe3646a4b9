/*
 * Tests of capture/queue.  The expected bytes are those of a counter: the producer puts 0, 1, 2,
 * ... in pieces of changing size, and the consumer must see the same sequence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "capture/queue.h"

#define SIZE 64
#define STREAM_BYTES 1000000
#define PIECE_MAX 37 /* does not divide the size: pieces get cut at the end of the ring */

static void
must_open(struct queue *q)
{
	struct verr err;

	if (queue_open(q, SIZE, &err) != V_OK)
		fail_msg("%s", err.msg);
}

static void
nothing_is_seen_before_it_is_published(void **state)
{
	struct queue q;
	const uint8_t *p;

	(void)state;
	must_open(&q);
	assert_int_equal(queue_room(&q), SIZE);
	queue_put(&q, "abc", 3);
	assert_int_equal(queue_peek(&q, &p), 0);
	queue_publish(&q);
	assert_int_equal(queue_peek(&q, &p), 3);
	assert_memory_equal(p, "abc", 3);
	assert_int_equal(queue_room(&q), SIZE - 3);
	queue_take(&q, 2);
	assert_int_equal(queue_peek(&q, &p), 1);
	assert_memory_equal(p, "c", 1);
	assert_int_equal(queue_room(&q), SIZE - 1);
	assert_int_equal(queue_taken(&q), 2);
	queue_close(&q);
}

static void
a_full_queue_has_no_room(void **state)
{
	uint8_t block[SIZE] = {1};
	struct queue q;

	(void)state;
	must_open(&q);
	queue_put(&q, block, SIZE);
	queue_publish(&q);
	assert_int_equal(queue_room(&q), 0);
	assert_false(queue_wait_room(&q, 1, 0));
	queue_take(&q, 10);
	assert_true(queue_wait_room(&q, 10, 0));
	assert_false(queue_wait_room(&q, 11, 0));
	queue_close(&q);
}

static void
what_wraps_comes_in_two_pieces(void **state)
{
	uint8_t block[SIZE];
	struct queue q;
	const uint8_t *p;

	(void)state;
	for (int i = 0; i < SIZE; i++)
		block[i] = (uint8_t)i;
	must_open(&q);
	queue_put(&q, block, 50);
	queue_publish(&q);
	queue_take(&q, 50);
	assert_int_equal(queue_room(&q), SIZE);
	queue_put(&q, block, 20);
	queue_publish(&q);
	assert_int_equal(queue_peek(&q, &p), SIZE - 50);
	assert_memory_equal(p, block, SIZE - 50);
	queue_take(&q, SIZE - 50);
	assert_int_equal(queue_peek(&q, &p), 20 - (SIZE - 50));
	assert_memory_equal(p, block + SIZE - 50, 20 - (SIZE - 50));
	queue_close(&q);
}

static void
finishing_ends_the_wait(void **state)
{
	struct queue q;

	(void)state;
	must_open(&q);
	queue_put(&q, "x", 1);
	assert_false(queue_is_done(&q));
	queue_finish(&q);
	queue_wait(&q, SIZE, -1); /* would last for ever */
	assert_false(queue_is_done(&q));
	queue_take(&q, 1);
	assert_true(queue_is_done(&q));
	queue_close(&q);
}

static void *
produce(void *arg)
{
	struct queue *q = arg;
	uint8_t piece[PIECE_MAX];
	size_t sent = 0;

	while (sent < STREAM_BYTES) {
		size_t n = 1 + sent % PIECE_MAX;

		if (n > STREAM_BYTES - sent)
			n = STREAM_BYTES - sent;
		for (size_t i = 0; i < n; i++)
			piece[i] = (uint8_t)(sent + i);
		while (queue_room(q) < n)
			queue_wait_room(q, n, -1);
		queue_put(q, piece, n);
		queue_publish(q);
		sent += n;
	}
	queue_finish(q);
	return NULL;
}

/* Both sleep without a time limit: a lost wake-up would hang the test. */
static void
two_threads_agree_on_the_stream(void **state)
{
	struct queue q;
	pthread_t producer;
	size_t seen = 0, wrong = 0;
	const uint8_t *p;

	(void)state;
	must_open(&q);
	assert_int_equal(pthread_create(&producer, NULL, produce, &q), 0);
	while (!queue_is_done(&q)) {
		size_t n = queue_peek(&q, &p);

		for (size_t i = 0; i < n; i++)
			wrong += p[i] != (uint8_t)(seen + i);
		seen += n;
		queue_take(&q, n);
		if (n == 0)
			queue_wait(&q, 1 + seen % 5, -1);
	}
	pthread_join(producer, NULL);
	assert_int_equal(seen, STREAM_BYTES);
	assert_int_equal(wrong, 0);
	queue_close(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_seen_before_it_is_published),
		cmocka_unit_test(a_full_queue_has_no_room),
		cmocka_unit_test(what_wraps_comes_in_two_pieces),
		cmocka_unit_test(finishing_ends_the_wait),
		cmocka_unit_test(two_threads_agree_on_the_stream),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
