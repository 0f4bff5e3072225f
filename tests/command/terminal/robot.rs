//! Lives of the program under a robot: keys, mouse, sizes, floods, stops and signals at random, each ended in another way.
//!
//! ```text
//! cargo test --test command terminal::robot     a short one
//! .ci/robot                            20,000 events
//! .ci/robot 50000 7                    so many, with another seed
//! INITSCOPE_ROBOT_LIFE=N .ci/robot     the life that is told as `at N`, alone
//! ```

mod figures;
mod glass;
mod hand;
mod lives;

use std::env;
use std::time::Duration;

use figures::Figures;
use hand::Dice;
use lives::life;

/// Events of the short form, and of a life.
const FEW: usize = 200;
const LIFE: usize = 50;
/// Events of the one long life, in which memory must not grow.
const LONG: usize = 2000;
/// After a key nobody waits longer.
const ANSWER: Duration = Duration::from_millis(250);

/// What the environment says, for the long form.
fn asked(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn a_robot_finds_nothing_that_leaves_the_terminal_behind_or_lets_a_key_wait() {
    let long = asked("INITSCOPE_ROBOT").map(|events| events as usize);
    let events = long.unwrap_or(FEW);
    let mut dice = Dice::new(asked("INITSCOPE_ROBOT_SEED").unwrap_or(1));
    let mut all = Figures::default();
    if let Some(state) = asked("INITSCOPE_ROBOT_LIFE") {
        life(&mut Dice::at(state), LIFE, true, &mut all);
        assert!(all.faults.is_empty(), "{}", all.faults.join("\n"));
        return;
    }
    if long.is_some() {
        life(&mut dice, LONG.min(events / 4), true, &mut all);
        println!("{all}\n");
    }
    while all.events < events {
        life(&mut dice, LIFE, long.is_some(), &mut all);
        if long.is_some() && all.lives % 20 == 0 {
            println!("{all}\n");
        }
    }
    println!("{all}");
    assert!(all.faults.is_empty(), "{}", all.faults.join("\n"));
    if long.is_some() {
        // what waited for a processor that others had is not the program's
        let late = all.answers.iter().filter(|answer| answer.own() > ANSWER);
        assert_eq!(late.count(), 0, "answers later than {ANSWER:?}");
    }
}
