use initscope::engine::atlas::*;
use std::time::Instant;
fn main() {
    let size = std::env::args().nth(1).unwrap_or("256x64".into());
    let spec: initscope::net::spec::Spec = format!("relu/default {size}").parse().unwrap();
    for _ in 0..2 {
        let t = Instant::now();
        let mut a = Atlas::new(AtlasRequest::around(&spec), None);
        println!("new {:?}", t.elapsed());
        let mut worst = 0.0f64;
        let mut n = 0;
        while !a.is_foretold() {
            let s = Instant::now();
            a.step();
            worst = worst.max(s.elapsed().as_secs_f64());
            n += 1;
        }
        println!("theory {:?} steps {n} worst {worst}", t.elapsed());
        let mut worst = 0.0f64;
        n = 0;
        while !a.is_complete() {
            let s = Instant::now();
            a.step();
            worst = worst.max(s.elapsed().as_secs_f64());
            n += 1;
        }
        println!("all {:?} steps {n} worst {worst}", t.elapsed());
    }
}
