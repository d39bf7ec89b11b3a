/*
 * What relaying costs at least: a relay that moves bytes and does nothing else. One thread, one epoll set, no limits, no
 * time-outs, no counters, no log: what is left is the kernel's work. Bytes are read and written at once, so that a small
 * exchange takes a read and a write each way and nothing besides.
 *
 *     floor LISTEN UPSTREAM [LISTEN UPSTREAM ...]      each as 127.0.0.1:8080
 *
 * It is right, and not only fast: what a socket does not take is kept and nothing is read for it meanwhile, an end of
 * stream is passed on, an error ends both connections by a reset. Who comes when there are no descriptors left is closed.
 * SIGTERM ends it, as it ends any process.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 64 * 1024,
    BACKLOG = 4096,
    EVENTS = 256,
    MOST_DOORS = 16,
    READS_A_TURN = 16 /* of whole buffers, before others have their turn */
};

/* Where clients come in, and where they are taken to. */
struct door {
    int fd;
    struct sockaddr_in upstream;
};

/* One of the two sockets of a relayed connection. */
struct end {
    int fd;
    struct pair *pair;
    struct end *peer;
    bool connected;  /* its handshake is done */
    bool ended;      /* all has been read of it */
    uint32_t missed; /* what epoll told of it while its peer was not connected; told once, as it is edge-triggered */
    char *kept;      /* bytes that its socket did not take yet; while there are any, its peer is not read */
    size_t from, to; /* where in it they are */
};

struct pair {
    struct end client, server;
    bool closed;
    struct pair *next; /* of those that are closed */
};

static int epoll_fd;
static int spare_fd; /* given up for a moment to accept, and close, whom there is no descriptor for */
static bool paced;   /* by the system's congestion control, with a timer for each segment; which loopback does not need */
static struct door doors[MOST_DOORS];
static char buffer[BUFFER_BYTES];
static struct pair *closed_pairs; /* events of this turn may still name them: freed after it */

static void set(int fd, int level, int option, int value) {
    (void)setsockopt(fd, level, option, &value, sizeof value);
}

/* Before it connects or listens: BBR marks a socket as paced in the handshake. What is accepted inherits both. */
static void prepare(int fd) {
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (paced)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
}

static bool watch(int operation, int fd, uint32_t events, void *what) {
    struct epoll_event event = {.events = events, .data.ptr = what};
    return epoll_ctl(epoll_fd, operation, fd, &event) == 0;
}

static bool watch_end(int operation, struct end *end) {
    return watch(operation, end->fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, end);
}

static void close_pair(struct pair *pair) {
    close(pair->client.fd);
    close(pair->server.fd);
    free(pair->client.kept);
    free(pair->server.kept);
    pair->closed = true;
    pair->next = closed_pairs;
    closed_pairs = pair;
}

/* A stream that broke off must not look as if it had ended. */
static void reset_pair(struct pair *pair) {
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(pair->client.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    (void)setsockopt(pair->server.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close_pair(pair);
}

/* How many of the bytes the socket took; -1 if it is broken. */
static ssize_t put(const struct end *to, const char *bytes, size_t count) {
    ssize_t taken = send(to->fd, bytes, count, MSG_NOSIGNAL);
    return taken < 0 && errno == EAGAIN ? 0 : taken;
}

/* Writes the first `count` bytes of the buffer; false if more must not be read. */
static bool pass_on(struct end *to, size_t count) {
    ssize_t taken = put(to, buffer, count);
    if (taken == (ssize_t)count)
        return true;
    if (taken >= 0)
        to->kept = malloc(count - taken);
    if (to->kept == NULL) {
        reset_pair(to->pair);
        return false;
    }
    to->from = 0;
    to->to = count - taken;
    memcpy(to->kept, buffer + taken, to->to);
    return false;
}

/* Passes the end of stream on, or, if it is the second of the two, is done. */
static void end_stream(struct end *from) {
    from->ended = true;
    if (from->peer->ended)
        close_pair(from->pair);
    else if (shutdown(from->peer->fd, SHUT_WR) != 0)
        reset_pair(from->pair);
}

/*
 * Moves what there is. A read that does not fill the buffer has emptied the socket, and epoll will tell of what comes after
 * it; unless the end of stream has been told of already, which is only found by reading on.
 */
static void move(struct end *from, bool to_the_end) {
    for (int reads = 0; reads < READS_A_TURN; reads++) {
        ssize_t got = recv(from->fd, buffer, sizeof buffer, 0);
        if (got == 0) {
            end_stream(from);
            return;
        }
        if (got < 0) {
            if (errno != EAGAIN)
                reset_pair(from->pair);
            return;
        }
        if (!pass_on(from->peer, got) || (!to_the_end && got < (ssize_t)sizeof buffer))
            return;
    }
    /* The others' turn; changing nothing has epoll tell of it again. */
    if (!watch_end(EPOLL_CTL_MOD, from))
        reset_pair(from->pair);
}

static void write_kept(struct end *to) {
    ssize_t taken = put(to, to->kept + to->from, to->to - to->from);
    if (taken < 0) {
        reset_pair(to->pair);
        return;
    }
    to->from += taken;
    if (to->from == to->to) {
        free(to->kept);
        to->kept = NULL;
        move(to->peer, true);
    }
}

static bool tells_of_bytes(uint32_t events) {
    return events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP);
}

static bool tells_of_the_end(uint32_t events) {
    return events & (EPOLLRDHUP | EPOLLHUP);
}

/* The end of the handshake goes with the client's first bytes, if they are there; else by itself, for it must not wait. */
static void on_connected(struct end *server) {
    uint32_t missed = server->peer->missed;
    server->connected = true;
    if (tells_of_bytes(missed))
        move(server->peer, tells_of_the_end(missed));
    else
        set(server->fd, IPPROTO_TCP, TCP_QUICKACK, 1);
}

static void on_event(struct end *end, uint32_t events) {
    if (end->pair->closed)
        return;
    if (events & EPOLLERR) {
        reset_pair(end->pair);
        return;
    }
    if (events & EPOLLOUT) {
        if (!end->connected)
            on_connected(end);
        else if (end->kept != NULL)
            write_kept(end);
    }
    if (end->pair->closed || end->ended || !tells_of_bytes(events))
        return;
    if (!end->peer->connected)
        end->missed |= events;
    else if (end->peer->kept == NULL)
        move(end, tells_of_the_end(events));
}

/* A connection to the upstream, made or in the making; -1 if there can be none. */
static int connect_to(const struct sockaddr_in *upstream) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    prepare(fd);
    set(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
    if (connect(fd, (const struct sockaddr *)upstream, sizeof *upstream) != 0 && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }
    return fd;
}

static void turn_away(const struct door *door) {
    close(spare_fd);
    close(accept4(door->fd, NULL, NULL, 0));
    spare_fd = dup(epoll_fd);
}

static void on_client(const struct door *door) {
    int client = accept4(door->fd, NULL, NULL, SOCK_NONBLOCK);
    if (client < 0) {
        if (errno == EMFILE || errno == ENFILE)
            turn_away(door);
        return;
    }
    int server = connect_to(&door->upstream);
    struct pair *pair = server < 0 ? NULL : calloc(1, sizeof *pair);
    if (pair == NULL) {
        close(client);
        if (server >= 0)
            close(server);
        return;
    }
    pair->client = (struct end){.fd = client, .pair = pair, .peer = &pair->server, .connected = true};
    pair->server = (struct end){.fd = server, .pair = pair, .peer = &pair->client};
    if (!watch_end(EPOLL_CTL_ADD, &pair->server) || !watch_end(EPOLL_CTL_ADD, &pair->client))
        reset_pair(pair);
}

static void free_closed(void) {
    while (closed_pairs != NULL) {
        struct pair *pair = closed_pairs;
        closed_pairs = pair->next;
        free(pair);
    }
}

static void fail(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct sockaddr_in address(const char *text) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    char host[INET_ADDRSTRLEN];
    unsigned port;
    if (sscanf(text, "%15[0-9.]:%u", host, &port) != 2 || port > UINT16_MAX
            || inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "floor: '%s' (expected: an address as 127.0.0.1:8080)\n", text);
        exit(2);
    }
    address.sin_port = htons((uint16_t)port);
    return address;
}

static void open_door(struct door *door, const char *listen_at, const char *upstream) {
    struct sockaddr_in at = address(listen_at);
    char congestion_control[16] = "";
    socklen_t length = sizeof congestion_control - 1;
    door->upstream = address(upstream);
    door->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (door->fd < 0)
        fail("socket");
    (void)getsockopt(door->fd, IPPROTO_TCP, TCP_CONGESTION, congestion_control, &length);
    paced = strncmp(congestion_control, "bbr", 3) == 0;
    prepare(door->fd);
    set(door->fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(door->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(door->fd, BACKLOG) != 0)
        fail(listen_at);
    if (!watch(EPOLL_CTL_ADD, door->fd, EPOLLIN, door))
        fail("epoll_ctl");
}

static bool is_door(const void *of) {
    return (uintptr_t)of >= (uintptr_t)doors && (uintptr_t)of < (uintptr_t)(doors + MOST_DOORS);
}

int main(int count, char **words) {
    struct epoll_event events[EVENTS];
    if (count < 3 || count % 2 == 0 || count / 2 > MOST_DOORS) {
        fprintf(stderr, "usage: floor LISTEN UPSTREAM [LISTEN UPSTREAM ...]   at most %d of them\n", MOST_DOORS);
        return 2;
    }
    epoll_fd = epoll_create1(0);
    spare_fd = dup(epoll_fd);
    if (spare_fd < 0)
        fail("epoll");
    for (int i = 0; i < count / 2; i++)
        open_door(&doors[i], words[2 * i + 1], words[2 * i + 2]);
    for (;;) {
        int told = epoll_wait(epoll_fd, events, EVENTS, -1);
        if (told < 0 && errno != EINTR)
            fail("epoll_wait");
        for (int i = 0; i < told; i++) {
            void *of = events[i].data.ptr;
            if (is_door(of))
                on_client(of);
            else
                on_event(of, events[i].events);
        }
        free_closed();
    }
}
