import Following
import Testing

@Suite struct FollowingStateTests {
    @Test func everyStateHasAName() {
        #expect(FollowingState.allCases.map(\.rawValue) == ["waiting", "following", "holding", "lost", "ended"])
    }
}
