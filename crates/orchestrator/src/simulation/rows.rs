//! Keeps the rows as a store would, and refuses what its indexes would refuse.

use domain::{Class, Scope, SyncType};

use crate::{Change, Snapshot, Task};

/// Makes the change, or says which limit it would break at that moment.
pub(super) fn save(rows: &mut Snapshot, change: Change) -> Result<(), String> {
    if let Change::PutTask(task) = &change {
        let clash = rows.tasks.values().find(|other| other.id != task.id && clashes(task, other));
        if let Some(other) = clash {
            return Err(format!("the indexes refuse {task:?} beside {other:?}"));
        }
    }
    rows.apply(change);
    Ok(())
}

fn clashes(one: &Task, other: &Task) -> bool {
    match (one.run(), other.run()) {
        (Some(a), Some(b)) => {
            let same_type = one.work.kind().is_some() && running_key(one) == running_key(other);
            a.token == b.token || a.slot == b.slot || a.login == b.login || same_type
        }
        (None, None) => queued_key(one) == queued_key(other),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn running_key(task: &Task) -> (&Scope, Option<SyncType>) {
    (&task.scope, task.work.kind())
}

fn queued_key(task: &Task) -> (&Scope, Option<SyncType>, Class, Option<domain::DraftId>) {
    (&task.scope, task.work.kind(), task.class(), task.work.draft())
}
