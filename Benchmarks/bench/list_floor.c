/* What a page of the list costs at the least: one thread, no JSON, no HTTP to speak of. Each request of a kept connection sends the
   statement to PostgreSQL, and its whole answer is read; then a fixed body of the same length goes back.
   list-floor PORT CONNINFO STATEMENT BYTES */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MOST = 1024 };
struct pair { int client; PGconn *database; };
static struct pair pairs[MOST];
static char *answer;
static size_t length;

static void fail(const char *what) { fprintf(stderr, "list-floor: %s\n", what); exit(1); }

static void watch(int loop, int fd, struct pair *pair, int is_database) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)(pair - pairs) << 1 | is_database};
    if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

int main(int count, char **words) {
    if (count != 5) fail("PORT CONNINFO STATEMENT BYTES");
    signal(SIGPIPE, SIG_IGN);
    size_t body = strtoul(words[4], NULL, 10);
    answer = calloc(1, body + 256);
    int head = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", body);
    memset(answer + head, ' ', body);
    length = head + body;

    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1, loop = epoll_create1(0), used = 0;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0) fail("bind");
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = UINT64_MAX}, events[64];
    epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(loop, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.u64 == UINT64_MAX) {
                if (used == MOST) fail("too many connections");
                struct pair *pair = &pairs[used++];
                pair->client = accept(listener, NULL, NULL);
                setsockopt(pair->client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                pair->database = PQconnectdb(words[2]);
                if (PQstatus(pair->database) != CONNECTION_OK) fail(PQerrorMessage(pair->database));
                PQclear(PQprepare(pair->database, "page", words[3], 0, NULL));
                watch(loop, pair->client, pair, 0);
                watch(loop, PQsocket(pair->database), pair, 1);
                continue;
            }
            struct pair *pair = &pairs[events[i].data.u64 >> 1];
            if (events[i].data.u64 & 1) {
                PGresult *result;
                if (PQconsumeInput(pair->database) != 1) fail(PQerrorMessage(pair->database));
                while (!PQisBusy(pair->database) && (result = PQgetResult(pair->database)) != NULL) {
                    if (PQresultStatus(result) != PGRES_TUPLES_OK) fail(PQresultErrorMessage(result));
                    PQclear(result);
                    if (write(pair->client, answer, length) != (ssize_t)length) fail("write");
                }
            } else {
                char request[4096];
                if (read(pair->client, request, sizeof request) <= 0) {
                    close(pair->client);
                    PQfinish(pair->database);
                } else if (PQsendQueryPrepared(pair->database, "page", 0, NULL, NULL, NULL, 1) != 1) {
                    fail(PQerrorMessage(pair->database));
                }
            }
        }
    }
}
