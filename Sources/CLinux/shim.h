// Linux calls that glibc's headers show only with _GNU_SOURCE, which Swift's Glibc module is built without.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

/// fallocate(2) with FALLOC_FL_KEEP_SIZE: takes the blocks, leaves the file's length alone.
static inline int vlog_fallocate_keep_size(int descriptor, long offset, long length) {
    return (int)syscall(SYS_fallocate, descriptor, 1, offset, length);
}

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: begins to write the dirty pages of the range, waits for nothing.
static inline int vlog_start_writeback(int descriptor, long offset, long length) {
    return (int)syscall(SYS_sync_file_range, descriptor, offset, length, 2);
}

/// pipe2(2): both ends closed on exec and non-blocking from the start, so that no child can inherit them in between.
static inline int vlog_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, 02000000 | 04000);
}

/// fcntl(2) with F_SETPIPE_SZ: the size of a pipe's buffer.
static inline int vlog_set_pipe_size(int descriptor, int size) {
    return (int)syscall(SYS_fcntl, descriptor, 1031, size);
}
