/// Rules about what else is in the folder: DIR-01.
enum FolderRules {
    /// Posters and the like belong to a page and to no manifest.
    private static let pictures: Set = [".jpg", ".jpeg", ".png", ".webp", ".avif"]
    private static let manifests: Set = [".m3u8", ".m3u", ".mpd"]

    static func check(_ listing: [MediaPath], named: Set<MediaPath>, _ log: inout FindingLog) {
        log.check(.folderContent)
        for path in listing {
            if path.suffix == ".tmp" || path.suffix == ".part" {
                log.report(.folderContent, Place(path), "A temporary file was left over.")
            } else if !named.contains(path), !manifests.contains(path.suffix), !pictures.contains(path.suffix) {
                log.report(.folderContent, Place(path), "No manifest names this file.")
            }
        }
    }
}
