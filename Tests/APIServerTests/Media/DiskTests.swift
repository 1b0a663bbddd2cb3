import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct DiskTests {
    @Test func aFileIsReplacedWholeAndNothingStaysBeside() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending("master.m3u8")
            try Disk.write("old".utf8, to: file)
            let old = try OpenFile(file)
            try Disk.write("new and longer".utf8, to: file)
            #expect(try Disk.read(file) == Array("new and longer".utf8))
            #expect(try OpenFile(file).tag != old.tag)
            #expect(try Disk.names(in: folder) == ["master.m3u8"])
        }
    }

    @Test func aFailedWriteLeavesTheOldFileAndNothingElse() async throws {
        try await withTemporaryDirectory { folder in
            let taken = folder.appending("taken")
            try Disk.makeFolders(taken.appending("by-a-folder"))
            #expect(throws: StorageError.self) { try Disk.write("x".utf8, to: taken) }
            #expect(try Disk.names(in: folder) == ["taken"])
        }
    }

    @Test func linksAndFoldersAreNotOpened() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending("file.jpg")
            try Disk.write("x".utf8, to: file)
            let link = folder.appending("link.jpg")
            #expect(file.withPlatformString { file in link.withPlatformString { symlink(file, $0) } } == 0)
            #expect(throws: StorageError.self) { try OpenFile(link) }
            let error = #expect(throws: StorageError.self) { try OpenFile(folder) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func aTreeIsRemovedWithoutFollowingLinks() async throws {
        try await withTemporaryDirectory { folder in
            let outside = folder.appending("outside")
            try Disk.makeFolders(outside)
            try Disk.write("x".utf8, to: outside.appending("kept"))
            let tree = folder.appending("tree")
            try Disk.makeFolders(tree.appending("a").appending("b"))
            try Disk.write("x".utf8, to: tree.appending("a").appending("file"))
            let link = tree.appending("link")
            #expect(outside.withPlatformString { outside in link.withPlatformString { symlink(outside, $0) } } == 0)
            try Disk.removeTree(tree)
            #expect(!Disk.exists(tree))
            #expect(Disk.exists(outside.appending("kept")))
            try Disk.removeTree(tree)
        }
    }
}
