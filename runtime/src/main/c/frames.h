/* Numbers of docs/monitor-protocol.md. */
#ifndef JONG_FRAMES_H
#define JONG_FRAMES_H

#define FRAME_HEADER 5 /* u32 payload length, u8 type */
#define FRAME_LIMIT (16u << 20)

enum request_type {
    REQUEST_CREATE = 1,
    REQUEST_START,
    REQUEST_EXEC,
    REQUEST_ATTACH,
    REQUEST_RESIZE,
    REQUEST_CLOSE_STDIN,
    REQUEST_SIGNAL,
    REQUEST_WAIT,
    REQUEST_STATE,
    REQUEST_REOPEN_LOG,
    REQUEST_ABORT,
};

enum reply_type {
    REPLY_OK = 64,
    REPLY_ERROR,
    REPLY_CREATED,
    REPLY_READY,
    REPLY_STARTED,
    REPLY_SESSION,
    REPLY_EXITED,
    REPLY_STATE,
    REPLY_WARNING,
};

enum { STDIO_STDIN = 1, STDIO_TERMINAL = 2 };
enum { ATTACH_STDIN = 1, ATTACH_STDOUT = 2, ATTACH_STDERR = 4, ATTACH_CLOSE_STDIN = 8 };
enum { EXITED_OOM = 1 };

#endif
