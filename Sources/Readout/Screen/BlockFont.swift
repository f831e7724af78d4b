/// A pixel font for note names, large enough to be read from across a stage.
enum BlockFont {
    /// The size of the letters: an integer multiple of the drawing, which may be stretched to 1.5 times its size first.
    struct Size: Hashable, Sendable {
        let isStretched: Bool
        let scale: Int

        /// Height of a letter in pixels.
        var height: Int { (isStretched ? 12 : 8) * scale }
        /// Pixels between two glyphs of one name.
        var glyphGap: Int { (isStretched ? 2 : 1) * scale }
        /// Pixels between two names.
        var nameGap: Int { (isStretched ? 5 : 3) * scale }

        /// All sizes, smallest first.
        static let allSizes: [Size] = (1...6).flatMap { scale in
            // Even multiples of the stretched drawing (1.5) are integer multiples of the plain one, so only odd ones
            // are added.
            [Size(isStretched: false, scale: scale)]
                + (scale % 2 == 1 ? [Size(isStretched: true, scale: scale)] : [])
        }.sorted { $0.height < $1.height }
    }

    /// A rectangle of pixels, top row first.
    struct Glyph: Hashable, Sendable {
        private let drawn: [[Bool]]
        private let stretched: [[Bool]]

        /// - Parameters:
        ///   - picture: one line per row, all of the same length; `#` is a set pixel.
        ///   - doubledColumns: the columns to double when stretching, chosen so that strokes keep an even weight.
        fileprivate init(_ picture: StaticString, doubledRows: Set<Int>, doubledColumns: Set<Int>) {
            let rows = picture.description.split(separator: "\n").map { $0.map { $0 == "#" } }
            drawn = rows
            stretched = rows.indices.flatMap { index in
                let row = rows[index].indices.flatMap { column in
                    [Bool](repeating: rows[index][column], count: doubledColumns.contains(column) ? 2 : 1)
                }
                return [[Bool]](repeating: row, count: doubledRows.contains(index) ? 2 : 1)
            }
        }

        private func pixels(_ size: Size) -> [[Bool]] { size.isStretched ? stretched : drawn }

        func width(_ size: Size) -> Int { (pixels(size).first?.count ?? 0) * size.scale }

        func height(_ size: Size) -> Int { pixels(size).count * size.scale }

        /// Whether a pixel is set; false outside the glyph.
        func isSet(row: Int, column: Int, size: Size) -> Bool {
            let (pixels, y, x) = (pixels(size), row / size.scale, column / size.scale)
            return pixels.indices.contains(y) && pixels[y].indices.contains(x) && pixels[y][x]
        }
    }

    /// A note letter or the sharp sign, in full height.
    static func letter(_ character: Character) -> Glyph? { letters[character] }

    /// An octave digit or minus sign: small, to be placed at the baseline.
    static func digit(_ character: Character) -> Glyph? { digits[character] }

    private static let letters: [Character: Glyph] = [
        "A": capital(
            """
            .####.
            ##..##
            ##..##
            ##..##
            ######
            ##..##
            ##..##
            ##..##
            """),
        "B": capital(
            """
            #####.
            ##..##
            ##..##
            #####.
            ##..##
            ##..##
            ##..##
            #####.
            """),
        "C": capital(
            """
            .####.
            ##..##
            ##....
            ##....
            ##....
            ##....
            ##..##
            .####.
            """),
        "D": capital(
            """
            #####.
            ##..##
            ##..##
            ##..##
            ##..##
            ##..##
            ##..##
            #####.
            """),
        "E": capital(
            """
            ######
            ##....
            ##....
            #####.
            ##....
            ##....
            ##....
            ######
            """),
        "F": capital(
            """
            ######
            ##....
            ##....
            #####.
            ##....
            ##....
            ##....
            ##....
            """),
        "G": capital(
            """
            .####.
            ##..##
            ##....
            ##....
            ##.###
            ##..##
            ##..##
            .####.
            """),
        "#": Glyph(
            """
            .#.#.
            .#.#.
            #####
            .#.#.
            #####
            .#.#.
            .#.#.
            """, doubledRows: [2, 4], doubledColumns: [1, 3]),
    ]

    private static let digits: [Character: Glyph] = [
        "-": Glyph("...\n...\n###\n...\n...", doubledRows: [0, 2, 4], doubledColumns: [0]),
        "0": small("####\n#..#\n#..#\n#..#\n####"),
        "1": Glyph(".#.\n##.\n.#.\n.#.\n###", doubledRows: [0, 2, 4], doubledColumns: [1]),
        "2": small("####\n...#\n####\n#...\n####"),
        "3": small("####\n...#\n####\n...#\n####"),
        "4": small("#..#\n#..#\n####\n...#\n...#"),
        "5": small("####\n#...\n####\n...#\n####"),
        "6": small("####\n#...\n####\n#..#\n####"),
        "7": small("####\n...#\n...#\n...#\n...#"),
        "8": small("####\n#..#\n####\n#..#\n####"),
        "9": small("####\n#..#\n####\n...#\n####"),
    ]

    private static func capital(_ picture: StaticString) -> Glyph {
        Glyph(picture, doubledRows: [0, 3, 4, 7], doubledColumns: [0, 2, 5])
    }

    private static func small(_ picture: StaticString) -> Glyph {
        Glyph(picture, doubledRows: [0, 2, 4], doubledColumns: [0, 3])
    }
}
