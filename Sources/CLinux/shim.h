// Linux calls that glibc's headers show only with _GNU_SOURCE, which Swift's Glibc module is built without.
#pragma once

#include <elf.h>
#include <errno.h>
#include <malloc.h>
#include <spawn.h>
#include <stddef.h>
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

/// syncfs(2): writes all that is dirty of the file system that the descriptor is on.
static inline int vlog_sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}

/// prctl(2) with PR_SET_NAME: the name of the calling thread, of which the kernel keeps 15 bytes.
static inline void vlog_name_thread(const char *name) {
    syscall(SYS_prctl, 15, name, 0, 0, 0);
}

/// sched_getaffinity(2): the number of cores that the calling thread may run on, 0 where the kernel does not say.
static inline int vlog_usable_cores(void) {
    unsigned long mask[128] = {0};
    if (syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) < 0) return 0;
    int cores = 0;
    for (int i = 0; i < 128; i++) cores += __builtin_popcountl(mask[i]);
    return cores;
}

int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// posix_spawn_file_actions_addclosefrom_np(3): the program gets none of our descriptors from this one on.
static inline int vlog_spawn_closing(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST instead of replacing what has the new name.
static inline int vlog_rename_new(int from, const char *name, int to, const char *new_name) {
    return (int)syscall(SYS_renameat2, from, name, to, new_name, 1);
}

/// fcntl(2) with F_SETLEASE on a file open for reading: 0 when nobody has it open for writing, EAGAIN when somebody has,
/// another error where the kernel does not say. The lease is given back at once; the signal of one that is broken
/// meanwhile is SIGURG, which does nothing, instead of SIGIO, which ends a process.
static inline int vlog_try_read_lease(int descriptor) {
    if (syscall(SYS_fcntl, descriptor, 10, 23) != 0) return errno;
    if (syscall(SYS_fcntl, descriptor, 1024, 0) != 0) return errno;
    syscall(SYS_fcntl, descriptor, 1024, 2);
    return 0;
}

/// The beginning of `struct dl_phdr_info`, which dl_iterate_phdr(3) gives.
struct vlog_loaded_object {
    Elf64_Addr address;
    const char *name;
    const Elf64_Phdr *headers;
    Elf64_Half count;
};

int dl_iterate_phdr(int (*each)(struct vlog_loaded_object *, size_t, void *), void *data);

typedef void (*vlog_segment_visitor)(void *start, size_t length, _Bool is_writable);

static inline int vlog_visit_object(struct vlog_loaded_object *object, size_t size, void *visit) {
    (void)size;
    const Elf64_Addr page = (Elf64_Addr)sysconf(_SC_PAGESIZE) - 1;
    for (int i = 0; i < object->count; i++) {
        const Elf64_Phdr *header = &object->headers[i];
        if (header->p_type != PT_LOAD) continue;
        // A page at an end may be shared with the next segment, which may be written to.
        Elf64_Addr start = (object->address + header->p_vaddr + page) & ~page;
        Elf64_Addr end = (object->address + header->p_vaddr + header->p_memsz) & ~page;
        if (start >= end) continue;
        (*(vlog_segment_visitor *)visit)((void *)start, end - start, (header->p_flags & PF_W) != 0);
    }
    return 0;
}

/// Calls `visit` with the pages that lie within each loaded segment of the program and its libraries; none is unloaded meanwhile.
static inline void vlog_each_segment(vlog_segment_visitor visit) {
    dl_iterate_phdr(vlog_visit_object, &visit);
}
