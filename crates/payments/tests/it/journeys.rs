//! Whole journeys against the simulator.
