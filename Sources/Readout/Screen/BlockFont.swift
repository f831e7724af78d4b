/// Letters of pixels, big enough to be read from across a stage: what note names need, and no more.
enum BlockFont {
    /// How large the letters are: a whole multiple of the drawing, itself as drawn or stretched to half as much again.
    struct Size: Hashable, Sendable {
        let isStretched: Bool
        let scale: Int

        /// In pixels from the top of a letter to its foot.
        var height: Int { (isStretched ? 12 : 8) * scale }
        /// In pixels between two glyphs of one name.
        var glyphGap: Int { (isStretched ? 2 : 1) * scale }
        /// In pixels between two names.
        var nameGap: Int { (isStretched ? 5 : 3) * scale }

        /// Smallest first.
        static let ladder: [Size] = (1...6).flatMap { scale in
            // Stretched once is 1.5, twice is 3: odd multiples only, the even ones being whole multiples anyway.
            [Size(isStretched: false, scale: scale)]
                + (scale % 2 == 1 ? [Size(isStretched: true, scale: scale)] : [])
        }.sorted { $0.height < $1.height }
    }

    /// A rectangle of pixels, top row first.
    struct Glyph: Hashable, Sendable {
        private let drawn: [[Bool]]
        private let stretched: [[Bool]]

        /// - Parameters:
        ///   - picture: `#` for a set pixel, a line for each row, all of the same length.
        ///   - doubledColumns: those that come twice when stretched, so that strokes keep an even weight.
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

        /// Whether the pixel is set; false outside the glyph.
        func isSet(row: Int, column: Int, size: Size) -> Bool {
            let (pixels, y, x) = (pixels(size), row / size.scale, column / size.scale)
            return pixels.indices.contains(y) && pixels[y].indices.contains(x) && pixels[y][x]
        }
    }

    /// A note's letter or its sharp, as high as the size says.
    static func letter(_ character: Character) -> Glyph? { letters[character] }

    /// An octave's digit or minus sign: small, to stand at the letter's foot.
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
