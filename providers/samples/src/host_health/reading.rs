//! Reading the machine, and judging what was read.

use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Serialize;
use sysinfo::{Disks, System};

/// The machine at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// Milliseconds since 1970.
    pub at: u64,
    /// Processes that ran or waited, averaged over a minute.
    pub load: f64,
    /// How many processors share the load.
    pub processors: usize,
    /// Memory that programs could not get, of the whole.
    pub memory_percent: u8,
    /// Size of the memory in bytes.
    pub memory_bytes: u64,
    /// The disk of the system; absent where none can be seen, as in some containers.
    pub disk: Option<Disk>,
    /// Seconds since the machine started.
    pub uptime_seconds: u64,
}

/// A disk at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disk {
    /// In use, of the whole.
    pub percent: u8,
    /// What programs can still write.
    pub free_bytes: u64,
}

/// How the machine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It has room to spare.
    Healthy,
    /// Something is getting scarce.
    Busy,
    /// Something has run out.
    Overloaded,
}

impl Reading {
    /// As the tile shows it.
    pub fn load_rounded(&self) -> f64 {
        (self.load * 100.0).round() / 100.0
    }

    /// The worst of what was read.
    pub fn state(&self) -> State {
        let load = self.load / self.processors.max(1) as f64;
        let disk = self.disk.as_ref().map_or(State::Healthy, |disk| judge(f64::from(disk.percent), 90.0, 98.0));
        judge(load, 1.0, 2.0).max(judge(f64::from(self.memory_percent), 80.0, 95.0)).max(disk)
    }
}

/// Above the first limit busy, above the second overloaded.
fn judge(value: f64, busy: f64, overloaded: f64) -> State {
    if value > overloaded {
        State::Overloaded
    } else if value > busy {
        State::Busy
    } else {
        State::Healthy
    }
}

/// Reads the machine; kept between readings, as setting it up costs more than a reading.
#[derive(Default)]
pub(super) struct Probe {
    system: System,
    disks: Disks,
}

impl Probe {
    pub(super) fn read(&mut self) -> Reading {
        self.system.refresh_memory();
        self.disks.refresh(true);
        let memory_bytes = self.system.total_memory();
        Reading {
            at: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64),
            load: System::load_average().one,
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            memory_percent: percent(self.system.used_memory(), memory_bytes),
            memory_bytes,
            disk: self.disk(),
            uptime_seconds: System::uptime(),
        }
    }

    /// That of the root folder, else the largest.
    fn disk(&self) -> Option<Disk> {
        let disks = self.disks.list();
        let root = disks.iter().find(|disk| disk.mount_point() == Path::new("/"));
        let disk = root.or_else(|| disks.iter().max_by_key(|disk| disk.total_space()))?;
        let (total, free) = (disk.total_space(), disk.available_space());
        (total > 0).then(|| Disk { percent: percent(total.saturating_sub(free), total), free_bytes: free })
    }
}

fn percent(part: u64, whole: u64) -> u8 {
    if whole == 0 { 0 } else { (part as f64 * 100.0 / whole as f64).round().min(100.0) as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(load: f64, memory_percent: u8, disk_percent: u8) -> Reading {
        let disk = Some(Disk { percent: disk_percent, free_bytes: 0 });
        Reading { at: 0, load, processors: 2, memory_percent, memory_bytes: 1, disk, uptime_seconds: 0 }
    }

    #[test]
    fn the_scarcest_thing_decides_the_state() {
        assert_eq!(reading(2.0, 80, 90).state(), State::Healthy);
        assert_eq!(reading(2.1, 10, 10).state(), State::Busy);
        assert_eq!(reading(0.1, 81, 10).state(), State::Busy);
        assert_eq!(reading(4.1, 81, 10).state(), State::Overloaded);
        assert_eq!(reading(0.1, 10, 99).state(), State::Overloaded);
    }

    #[test]
    fn this_machine_can_be_read() {
        let reading = Probe::default().read();
        assert!(reading.memory_bytes > 0 && reading.memory_percent <= 100 && reading.load >= 0.0);
    }
}
