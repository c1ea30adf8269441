//! Decides when the form enters, beats, and leaves: pure, without clock, network or page.
//!
//! The form holds a lease on the server while it is open. A lease that has ended never lives again, so coming back
//! always takes a new session id. The page reports what happens as [`Happening`]s and does what the answer says.

use domain::FormSessionId;

/// Where the form stands towards the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Not mounted yet, or left for good.
    Away,
    /// Has a lease, as far as it knows.
    Inside {
        /// The lease.
        session: FormSessionId,
        /// Whether there was input since the last beat.
        input: bool,
        /// Whether the next input asks for fresh customers again, because a placement has lifted the pause.
        ask_again: bool,
    },
    /// The lease has ended; the next input takes a new one.
    Ended,
    /// The server could not be reached. Asking at every keystroke would help nobody, so it is asked at the next beat.
    Unreached {
        /// Whether there was input since: a page nobody looks at need not come back.
        input: bool,
    },
}

/// What happens to the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happening {
    /// It appears, or comes back from the browser's cache.
    Appeared,
    /// The agent types or taps.
    Input,
    /// The beat is due.
    Tick,
    /// The tab is shown again, or the device wakes up.
    Woke,
    /// The server could not be reached when entering.
    NotReached,
    /// The server says that this lease is over.
    LeaseEnded(FormSessionId),
    /// An order was written into the ERP, which lifts the pause.
    PlacementEnded,
    /// The agent asks to try again.
    Retry,
    /// The page goes away.
    Left,
}

/// What the page is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Nothing.
    Nothing,
    /// Take or renew this lease and bring the customers up to date.
    Enter(FormSessionId),
    /// Keep the lease alive; say whether there was input.
    Beat(FormSessionId, bool),
    /// Give the lease back.
    Release(FormSessionId),
}

impl Presence {
    /// Takes note of what happened; `fresh` makes a session id where a new lease is needed.
    pub(super) fn hear(&mut self, happening: Happening, fresh: impl FnOnce() -> FormSessionId) -> Act {
        match *self {
            Self::Away => match happening {
                Happening::Appeared => self.enter(fresh()),
                Happening::Input
                | Happening::Tick
                | Happening::Woke
                | Happening::NotReached
                | Happening::LeaseEnded(_)
                | Happening::PlacementEnded
                | Happening::Retry
                | Happening::Left => Act::Nothing,
            },
            Self::Inside { session, input, ask_again } => {
                self.hear_inside(happening, session, input, ask_again)
            }
            Self::Ended => match happening {
                Happening::Appeared | Happening::Input | Happening::Woke | Happening::Retry => {
                    self.enter(fresh())
                }
                Happening::Left => self.rest(Self::Away),
                Happening::Tick
                | Happening::NotReached
                | Happening::LeaseEnded(_)
                | Happening::PlacementEnded => Act::Nothing,
            },
            Self::Unreached { input } => match happening {
                Happening::Appeared | Happening::Woke | Happening::Retry => self.enter(fresh()),
                Happening::Tick if input => self.enter(fresh()),
                Happening::Input => self.rest(Self::Unreached { input: true }),
                Happening::Left => self.rest(Self::Away),
                Happening::Tick
                | Happening::NotReached
                | Happening::LeaseEnded(_)
                | Happening::PlacementEnded => Act::Nothing,
            },
        }
    }

    fn hear_inside(
        &mut self,
        happening: Happening,
        session: FormSessionId,
        input: bool,
        ask_again: bool,
    ) -> Act {
        match happening {
            Happening::Input => {
                *self = Self::Inside { session, input: true, ask_again: false };
                if ask_again { Act::Enter(session) } else { Act::Nothing }
            }
            Happening::Tick | Happening::Woke => {
                *self = Self::Inside { session, input: false, ask_again };
                Act::Beat(session, input)
            }
            Happening::Retry => self.enter(session),
            Happening::PlacementEnded => self.rest(Self::Inside { session, input, ask_again: true }),
            Happening::LeaseEnded(ended) if ended == session => self.rest(Self::Ended),
            Happening::NotReached => self.rest(Self::Unreached { input }),
            Happening::Left => {
                *self = Self::Away;
                Act::Release(session)
            }
            Happening::Appeared | Happening::LeaseEnded(_) => Act::Nothing,
        }
    }

    /// The lease, while there is one.
    pub(super) const fn session(self) -> Option<FormSessionId> {
        match self {
            Self::Inside { session, .. } => Some(session),
            Self::Away | Self::Ended | Self::Unreached { .. } => None,
        }
    }

    fn rest(&mut self, next: Self) -> Act {
        *self = next;
        Act::Nothing
    }

    fn enter(&mut self, session: FormSessionId) -> Act {
        *self = Self::Inside { session, input: false, ask_again: false };
        Act::Enter(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> FormSessionId {
        FormSessionId(uuid::Uuid::from_u128(number))
    }

    /// Plays happenings from `Away`, making ids 1, 2, 3…, and draws what the page does.
    fn play(happenings: &[Happening]) -> String {
        let (mut presence, mut made) = (Presence::Away, 0);
        let mut picture = Vec::new();
        for happening in happenings {
            let act = presence.hear(*happening, || {
                made += 1;
                id(made)
            });
            picture.push(match act {
                Act::Nothing => "–".to_owned(),
                Act::Enter(session) => format!("enter {}", session.0.as_u128()),
                Act::Beat(session, input) => format!("beat {} {input}", session.0.as_u128()),
                Act::Release(session) => format!("release {}", session.0.as_u128()),
            });
        }
        picture.join(" · ")
    }

    use Happening::*;

    #[test]
    fn it_enters_beats_and_leaves_once() {
        insta::assert_snapshot!(
            play(&[Appeared, Tick, Input, Tick, Tick, Left, Left, Tick, Input]),
            @"enter 1 · beat 1 false · – · beat 1 true · beat 1 false · release 1 · – · – · –"
        );
    }

    #[test]
    fn an_ended_lease_is_replaced_by_a_new_one_at_the_next_input() {
        insta::assert_snapshot!(
            play(&[Appeared, LeaseEnded(id(1)), Tick, Input, Tick, Left]),
            @"enter 1 · – · – · enter 2 · beat 2 false · release 2"
        );
    }

    #[test]
    fn the_late_end_of_an_old_lease_does_not_end_the_new_one() {
        insta::assert_snapshot!(
            play(&[Appeared, LeaseEnded(id(1)), Woke, LeaseEnded(id(1)), Tick]),
            @"enter 1 · – · enter 2 · – · beat 2 false"
        );
    }

    #[test]
    fn a_page_from_the_browsers_cache_enters_anew() {
        insta::assert_snapshot!(play(&[Appeared, Left, Appeared]), @"enter 1 · release 1 · enter 2");
    }

    #[test]
    fn after_a_placement_the_next_input_takes_the_pause_back() {
        insta::assert_snapshot!(
            play(&[Appeared, PlacementEnded, Tick, Input, Input]),
            @"enter 1 · – · beat 1 false · enter 1 · –"
        );
    }

    #[test]
    fn without_a_network_it_comes_back_with_the_agent_but_not_at_every_key() {
        insta::assert_snapshot!(
            play(&[Appeared, NotReached, Tick, Input, Input, Tick, NotReached, Woke, NotReached, Retry]),
            @"enter 1 · – · – · – · – · enter 2 · – · enter 3 · – · enter 4"
        );
    }

    #[test]
    fn trying_again_keeps_a_live_lease() {
        insta::assert_snapshot!(play(&[Appeared, Retry]), @"enter 1 · enter 1");
    }
}
