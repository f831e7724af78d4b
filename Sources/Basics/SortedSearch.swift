extension RandomAccessCollection where Index == Int {
    /// The first index whose element does not fulfil a condition that all elements before it fulfil; `endIndex` if all
    /// do. Logarithmic.
    @inlinable
    public func partitionPoint(_ isBefore: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
