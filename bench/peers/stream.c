/* Streams large bodies of known bytes through a gateway and checks every one of them; nothing is kept.
 *
 *   stream serve PORT                 backend on 127.0.0.1: counts the body of a POST, answers GET …/BYTES with a body
 *   stream send PORT PATH BYTES       POSTs a body
 *   stream receive PORT PATH BYTES    GETs PATH/BYTES
 *
 * A path with "/paused/" makes the reader wait two seconds after its first megabyte, as a slow one would.
 * send and receive print {"bytes":…,"right":…,"seconds":…}: what the reader got, whether all of it was right and complete. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PERIOD = 65521, ROOM = 65536 };
/* The body repeats PERIOD bytes; twice over, so that any part of it is one piece. */
static char pattern[PERIOD + ROOM];

static void make_pattern(void) {
  unsigned x = 12345;
  for (size_t i = 0; i < sizeof pattern; i++) {
    if (i < PERIOD) { x = x * 1103515245 + 12345; pattern[i] = x >> 16; }
    else pattern[i] = pattern[i - PERIOD];
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

typedef struct { int fd; size_t len, at; char p[ROOM]; } reader;

/* Bytes at hand, at least one; 0 at the end. */
static size_t fill(reader *r) {
  if (r->at < r->len) return r->len - r->at;
  ssize_t n = recv(r->fd, r->p, sizeof r->p, 0);
  r->at = 0;
  r->len = n > 0 ? n : 0;
  return r->len;
}

static int line(reader *r, char *to, size_t room) {
  size_t n = 0;
  for (;;) {
    if (!fill(r)) return 0;
    char c = r->p[r->at++];
    if (c == '\n') break;
    if (c != '\r' && n + 1 < room) to[n++] = c;
  }
  to[n] = 0;
  return 1;
}

typedef struct { char first[1024]; long long length; int chunked; } head;

static int read_head(reader *r, head *h) {
  char text[4096];
  h->length = -1;
  h->chunked = 0;
  if (!line(r, h->first, sizeof h->first)) return 0;
  while (line(r, text, sizeof text)) {
    if (!*text) return 1;
    if (!strncasecmp(text, "Content-Length:", 15)) h->length = atoll(text + 15);
    if (!strncasecmp(text, "Transfer-Encoding:", 18) && strcasestr(text, "chunked")) h->chunked = 1;
  }
  return 0;
}

typedef struct { long long bytes; int right, paused; } check;

static int take(reader *r, long long n, check *c) {
  while (n > 0) {
    size_t have = fill(r);
    if (!have) return 0;
    if ((long long)have > n) have = n;
    size_t offset = c->bytes % PERIOD;
    if (memcmp(r->p + r->at, pattern + offset, have)) c->right = 0;
    r->at += have;
    c->bytes += have;
    n -= have;
    if (c->paused && c->bytes > 1000000) { c->paused = 0; sleep(2); }
  }
  return 1;
}

/* Reads a body to its end. Returns 0 when it broke off. */
static int take_body(reader *r, head *h, check *c) {
  char text[64];
  if (!h->chunked) return take(r, h->length > 0 ? h->length : 0, c);
  for (;;) {
    if (!line(r, text, sizeof text)) return 0;
    long long n = strtoll(text, NULL, 16);
    if (n == 0) return line(r, text, sizeof text);
    if (!take(r, n, c) || !line(r, text, sizeof text)) return 0;
  }
}

static int put(int fd, const char *p, size_t n) {
  while (n) {
    ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
    if (k <= 0) return 0;
    p += k;
    n -= k;
  }
  return 1;
}

static int put_body(int fd, long long n) {
  for (long long at = 0; at < n;) {
    size_t part = n - at < ROOM ? n - at : ROOM;
    if (!put(fd, pattern + at % PERIOD, part)) return 0;
    at += part;
  }
  return 1;
}

static void *serve(void *arg) {
  reader *r = malloc(sizeof *r);
  r->fd = (int)(long)arg;
  r->len = r->at = 0;
  head h;
  char text[256];
  while (read_head(r, &h)) {
    check c = {.right = 1, .paused = strstr(h.first, "/paused/") != NULL};
    char *end = strrchr(h.first, ' ');
    if (end) *end = 0;
    long long bytes = strncmp(h.first, "GET ", 4) ? -1 : atoll(strrchr(h.first, '/') + 1);
    c.right = take_body(r, &h, &c) && c.right;
    int n = 0;
    if (bytes < 0) n = snprintf(text, sizeof text, "{\"bytes\":%lld,\"right\":%s}", c.bytes, c.right ? "true" : "false");
    char answer[512];
    int k = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %lld\r\n\r\n%.*s",
                     bytes < 0 ? n : bytes, n, text);
    if (!put(r->fd, answer, k) || (bytes > 0 && !put_body(r->fd, bytes))) break;
  }
  close(r->fd);
  free(r);
  return NULL;
}

static struct sockaddr_in local(int port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int run_server(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in a = local(port);
  if (bind(fd, (void *)&a, sizeof a) || listen(fd, 512)) { perror("listen"); return 1; }
  for (;;) {
    int client = accept(fd, NULL, NULL);
    if (client < 0) continue;
    pthread_t t;
    if (pthread_create(&t, NULL, serve, (void *)(long)client)) close(client);
    else pthread_detach(t);
  }
}

static int run_client(int port, const char *path, long long bytes, int sends) {
  reader *r = calloc(1, sizeof *r);
  struct sockaddr_in a = local(port);
  r->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(r->fd, (void *)&a, sizeof a)) { perror("connect"); return 1; }
  char text[2048];
  int n = sends ? snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/octet-stream\r\nContent-Length: %lld\r\n\r\n", path, port, bytes)
                : snprintf(text, sizeof text, "GET %s/%lld HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", path, bytes, port);
  double from = now();
  head h;
  check c = {.right = 1, .paused = !sends && strstr(path, "/paused/")};
  int done = put(r->fd, text, n) && (!sends || put_body(r->fd, bytes)) && read_head(r, &h);
  if (!done || !strstr(h.first, " 200")) {
    fprintf(stderr, "%s\n", done ? h.first : "the connection broke off");
    return 1;
  }
  if (!sends) {
    int whole = take_body(r, &h, &c);
    printf("{\"bytes\":%lld,\"right\":%s,\"seconds\":%.4f}\n", c.bytes, whole && c.right ? "true" : "false", now() - from);
    return 0;
  }
  size_t have = 0;
  long long want = h.length;
  if (h.chunked) want = line(r, text, sizeof text) ? strtoll(text, NULL, 16) : 0;
  while ((long long)have < want && have + 1 < sizeof text && fill(r)) text[have++] = r->p[r->at++];
  if (!have) { fprintf(stderr, "no answer to the body\n"); return 1; }
  printf("%.*s,\"seconds\":%.4f}\n", (int)have - 1, text, now() - from);
  return 0;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  make_pattern();
  if (argc == 3 && !strcmp(argv[1], "serve")) return run_server(atoi(argv[2]));
  if (argc == 5 && !strcmp(argv[1], "send")) return run_client(atoi(argv[2]), argv[3], atoll(argv[4]), 1);
  if (argc == 5 && !strcmp(argv[1], "receive")) return run_client(atoi(argv[2]), argv[3], atoll(argv[4]), 0);
  fprintf(stderr, "usage: stream serve PORT | stream send|receive PORT PATH BYTES\n");
  return 2;
}
