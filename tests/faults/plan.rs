//! What to let fail, of all that a program has called.

use crate::Wish;
use crate::report::{GROUPS, Site};

/// How many ways of a program the short run tries, and how many under Valgrind.
const SHORT_WAYS: [usize; 2] = [30, 15];

/// What to try with a program, as values of `LWT_FAULT`.
pub fn plans(wish: &Wish, sites: &[Site], made_for_it: bool) -> Vec<String> {
    let mut plans = Vec::new();
    let wanted = |site: &&Site| {
        let group = GROUPS[site.group.min(2)];
        wish.group.as_deref().is_none_or(|wanted| wanted == group)
    };
    let sites: Vec<&Site> = sites.iter().filter(wanted).collect();
    let at = |site: &Site, n: u64| format!("{}:{n}", GROUPS[site.group.min(2)]);
    let ways = if wish.every_way() {
        sites.len()
    } else {
        sites.len().min(SHORT_WAYS[usize::from(wish.valgrind)])
    };
    for i in 0..ways {
        let site = sites[i * sites.len() / ways];
        plans.push(at(site, site.first));
        if site.last != site.first && wish.every_way() {
            plans.push(at(site, site.last));
        }
    }
    let mut names: Vec<&str> = sites.iter().map(|site| site.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        // Another test waits for ever for what can't be had for ever.
        if made_for_it {
            plans.push(format!("{name}:1+"));
        }
        // These may be interrupted as well, which is no failure of anything.
        const INTERRUPTED: &[&str] = &[
            "read", "write", "recv", "send", "accept4", "connect", "close",
        ];
        if INTERRUPTED.contains(&name) {
            plans.push(format!("{name}:1:{}", libc::EINTR));
        }
    }
    plans.retain(|plan| !endless(plan));
    plans
}

/// A wait that is interrupted for good, or a lock that never sleeps: nobody can
/// get on.
fn endless(plan: &str) -> bool {
    const WAITS: &[&str] = &[
        "epoll_wait",
        "epoll_pwait",
        "epoll_pwait2",
        "poll",
        "ppoll",
        "select",
        "pselect",
        "nanosleep",
        "clock_nanosleep",
        "waitpid",
        "wait4",
        "waitid",
        "futex",
    ];
    let name = plan.split(':').next().unwrap_or_default();
    plan.ends_with('+') && WAITS.contains(&name)
}
