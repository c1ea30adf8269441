//! Moves through a list of options by keyboard: pure, so that the pattern's rules can be tested key by key.
//!
//! Follows the WAI-ARIA pattern "editable combobox with list autocomplete". The best match is marked at once, so that
//! typing and Enter is enough; leaving with Tab takes an option only if the agent has moved to it, because a customer
//! chosen by accident is worse than one not chosen.

/// What can be pressed. Everything else edits the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Arrow down.
    Down,
    /// Arrow up.
    Up,
    /// To the first option.
    Home,
    /// To the last option.
    End,
    /// Takes the marked option.
    Enter,
    /// Closes, then clears.
    Escape,
    /// Leaves.
    Tab,
}

impl Key {
    /// The key by the browser's name.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "ArrowDown" => Some(Self::Down),
            "ArrowUp" => Some(Self::Up),
            "Home" => Some(Self::Home),
            "End" => Some(Self::End),
            "Enter" => Some(Self::Enter),
            "Escape" => Some(Self::Escape),
            "Tab" => Some(Self::Tab),
            _ => None,
        }
    }
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pressed {
    /// What it does in any text field.
    Usual,
    /// Moved or closed; nothing else may happen.
    Moved,
    /// Opens the list: its options are to be asked for.
    Open,
    /// Takes this option; nothing else may happen.
    Take(usize),
    /// Takes this option and goes on to the next field.
    TakeAndLeave(usize),
    /// Empties the text.
    Clear,
}

/// The list under the text field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct List {
    /// Whether it is shown.
    pub(super) open: bool,
    /// The marked option.
    pub(super) active: Option<usize>,
    /// Whether the options shown belong to the text typed; Enter takes nothing else.
    pub(super) current: bool,
    count: usize,
    moved: bool,
}

impl List {
    /// Takes note that the text changed: what is shown is out of date until the next answer.
    pub(super) fn typed(&mut self) {
        (self.open, self.current, self.moved) = (true, false, false);
    }

    /// Takes note of new options; `again` is where the option marked before stands now, if the question was the same.
    pub(super) fn answered(&mut self, count: usize, again: Option<usize>) {
        (self.count, self.current) = (count, true);
        self.active = again.or_else(|| (count > 0).then_some(0));
        self.moved &= again.is_some();
    }

    /// Closes it.
    pub(super) fn close(&mut self) {
        (self.open, self.moved) = (false, false);
    }

    /// Presses a key.
    pub(super) fn press(&mut self, key: Key) -> Pressed {
        if !self.open {
            return match key {
                Key::Down | Key::Up => {
                    self.open = true;
                    Pressed::Open
                }
                Key::Escape => Pressed::Clear,
                Key::Home | Key::End | Key::Enter | Key::Tab => Pressed::Usual,
            };
        }
        match key {
            Key::Down => self.mark(self.active.map_or(0, |at| if at + 1 < self.count { at + 1 } else { 0 })),
            Key::Up => self.mark(self.active.filter(|at| *at > 0).unwrap_or(self.count).saturating_sub(1)),
            // Until the agent is in the list, Home and End belong to the text.
            Key::Home if self.moved => self.mark(0),
            Key::End if self.moved => self.mark(self.count.saturating_sub(1)),
            Key::Home | Key::End => Pressed::Usual,
            Key::Enter => self.take().map_or(Pressed::Moved, Pressed::Take),
            Key::Tab => {
                let taken = if self.moved { self.take() } else { None };
                self.close();
                taken.map_or(Pressed::Usual, Pressed::TakeAndLeave)
            }
            Key::Escape => {
                self.close();
                Pressed::Moved
            }
        }
    }

    fn mark(&mut self, option: usize) -> Pressed {
        if self.count > 0 {
            (self.active, self.moved) = (Some(option.min(self.count - 1)), true);
        }
        Pressed::Moved
    }

    fn take(&mut self) -> Option<usize> {
        let taken = self.active.filter(|at| self.current && *at < self.count);
        if taken.is_some() {
            self.close();
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(count: usize) -> List {
        let mut list = List::default();
        list.typed();
        list.answered(count, None);
        list
    }

    #[test]
    fn typing_and_enter_takes_the_best_match() {
        assert_eq!(with(3).press(Key::Enter), Pressed::Take(0));
    }

    #[test]
    fn enter_takes_nothing_that_belongs_to_an_earlier_text() {
        let mut list = with(3);
        list.typed();
        assert_eq!(list.press(Key::Enter), Pressed::Moved);
        list.answered(1, None);
        assert_eq!(list.press(Key::Enter), Pressed::Take(0));
    }

    #[test]
    fn arrows_go_round() {
        let mut list = with(3);
        list.press(Key::Down);
        list.press(Key::Down);
        assert_eq!(list.active, Some(2));
        list.press(Key::Down);
        assert_eq!(list.active, Some(0));
        list.press(Key::Up);
        assert_eq!(list.active, Some(2));
    }

    #[test]
    fn home_and_end_belong_to_the_text_until_the_agent_is_in_the_list() {
        let mut list = with(3);
        assert_eq!(list.press(Key::End), Pressed::Usual);
        list.press(Key::Down);
        list.press(Key::End);
        assert_eq!(list.active, Some(2));
        list.press(Key::Home);
        assert_eq!(list.active, Some(0));
    }

    #[test]
    fn tab_takes_only_what_was_moved_to() {
        assert_eq!(with(3).press(Key::Tab), Pressed::Usual);
        let mut list = with(3);
        list.press(Key::Down);
        assert_eq!(list.press(Key::Tab), Pressed::TakeAndLeave(1));
        assert!(!list.open);
    }

    #[test]
    fn escape_closes_and_then_clears() {
        let mut list = with(3);
        assert_eq!(list.press(Key::Escape), Pressed::Moved);
        assert_eq!(list.press(Key::Escape), Pressed::Clear);
    }

    #[test]
    fn an_arrow_opens_a_closed_list() {
        let mut list = List::default();
        assert_eq!(list.press(Key::Down), Pressed::Open);
        assert_eq!(list.press(Key::Enter), Pressed::Moved);
    }

    #[test]
    fn the_same_question_answered_again_keeps_the_mark() {
        let mut list = with(3);
        list.press(Key::Down);
        list.answered(4, Some(2));
        assert_eq!(list.press(Key::Tab), Pressed::TakeAndLeave(2));
    }

    #[test]
    fn an_empty_list_has_nothing_to_take() {
        let mut list = with(0);
        assert_eq!(list.press(Key::Down), Pressed::Moved);
        assert_eq!(list.press(Key::Enter), Pressed::Moved);
        assert_eq!(list.active, None);
    }
}
