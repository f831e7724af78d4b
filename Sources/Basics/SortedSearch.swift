extension RandomAccessCollection where Index == Int {
    /// Binary search: the first index whose element does not satisfy `isBefore`; `endIndex` if all elements satisfy it.
    ///
    /// - Complexity: O(log n).
    /// - Precondition: all elements that satisfy `isBefore` come before all elements that don't.
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
