extension ConformanceChecker {
    /// Whether there is a manifest at all.
    mutating func checkManifest(_ path: MediaPath) async -> Bool {
        let root: XMLNode
        do {
            root = try XMLReader.read(try await loader.text(path))
        } catch let error as XMLError {
            log.report(.manifestForm, Place(path, line: error.line), error.message)
            return true
        } catch {
            log.report(.manifestForm, Place(path), (error as? MediaLoadFailure)?.message ?? "\(error)")
            return false
        }
        let manifest = ManifestFacts(path, root)
        ManifestRules.check(manifest, &log)
        var loaded: [LoadedRepresentation] = []
        for representation in manifest.representations {
            guard let template = representation.template else {
                nameFiles(of: representation, in: path)
                continue
            }
            let one = await load(representation, template, of: manifest)
            if let fragmented = one.fragmented { judge(fragmented) }
            loaded.append(one)
        }
        RepresentationRules.check(manifest, loaded, &log)
        TimelineRules.check(manifest, loaded, knownTracks, &log)
        return true
    }

    /// Lists and single files are not checked, but they belong to the folder.
    private mutating func nameFiles(of representation: ManifestFacts.Representation, in manifest: MediaPath) {
        let urls = representation.elements("SegmentList").flatMap { $0.all("SegmentURL") }.compactMap { $0["media"] }
        for reference in urls + [""] {
            let uri = ManifestFacts.joined(representation.base, reference)
            guard !uri.isEmpty, !uri.hasSuffix("/") else { continue }
            do { _ = try loader.resolve(uri, from: manifest) } catch {
                log.report(.segmentTemplate, Place(manifest, line: representation.node.line), error.message)
            }
        }
    }

    private mutating func load(
        _ representation: ManifestFacts.Representation,
        _ template: SegmentTemplate,
        of manifest: ManifestFacts
    ) async -> LoadedRepresentation {
        let place = Place(manifest.path, line: template.line)
        var initialization: LoadedInitialization?
        if let name = template.initialization {
            do {
                let path = try resolve(name, representation, nil, manifest.path)
                initialization = try await loader.initialization(path, nil)
            } catch { log.report(.segmentTemplate, place, error.message) }
        }
        let (declared, problems) = template.segments(seconds: representation.periodDuration)
        for problem in problems {
            log.report(.segmentTimeline, Place(manifest.path, line: problem.line), problem.message)
        }
        var segments: [LoadedRepresentation.Segment] = []
        for segment in declared {
            guard let media = template.media else { break }
            do {
                let path = try resolve(media, representation, segment, manifest.path)
                let content = try await loader.segment(path, nil, initialization)
                segments.append(.init(path: path, declared: segment, content: content))
            } catch { log.report(.segmentTemplate, place, error.message) }
        }
        return LoadedRepresentation(
            representation: representation,
            initialization: initialization,
            segments: segments,
            isWhole: segments.count == declared.count && problems.isEmpty
        )
    }

    private mutating func resolve(
        _ template: String,
        _ representation: ManifestFacts.Representation,
        _ segment: SegmentTemplate.Segment?,
        _ manifest: MediaPath
    ) throws(MediaLoadFailure) -> MediaPath {
        let name = SegmentTemplate.expand(
            template,
            id: representation.id,
            bandwidth: representation["bandwidth"] ?? "",
            segment
        )
        guard let name else { throw .init(message: "The template '\(template)' cannot be expanded.") }
        return try loader.resolve(ManifestFacts.joined(representation.base, name), from: manifest)
    }
}
