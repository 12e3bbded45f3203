//! Working the target out (`TargetAssignmentBuilder`).

use super::ConsumerGroup;
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::actor::Out;
use crate::model::fact::Fact;
use crate::model::kafka::assignor::remote::{MemberSpec, RemoteAssignor, TopicSpec};
use crate::model::kafka::cluster::Cluster;

impl ConsumerGroup {
    pub(super) fn subscribed_topics(&self, cluster: &Cluster) -> SortedMap<Name, TopicSpec> {
        self.modern.subscribed(cluster, |topic| TopicSpec { id: topic.id, partitions: topic.partitions.len() as u32 })
    }

    /// What most members ask for, else the coordinator's default (`preferredServerAssignor`).
    fn preferred_assignor(&self) -> RemoteAssignor {
        let mut votes: SortedMap<RemoteAssignor, u32> = SortedMap::new();
        for assignor in self.modern.members.iter().filter_map(|member| member.assignor) {
            *votes.entry(assignor).or_default() += 1;
        }
        votes.into_iter().max_by_key(|(_, count)| *count).map_or_else(RemoteAssignor::default, |(assignor, _)| assignor)
    }

    pub(super) fn update_target(&mut self, out: &mut Out) {
        let spec = |member: &super::Member| MemberSpec {
            member_id: member.id.clone(),
            instance_id: member.instance_id.clone(),
            topics: member.topics.clone(),
            target: self.target(&member.id).to_vec(),
        };
        let members: Vec<MemberSpec> = self.modern.members.iter().map(spec).collect();
        let assignor = self.preferred_assignor();
        self.targets = assignor.assign(&self.topics, &members);
        self.target_epoch = self.modern.epoch;
        self.assignor = Some(assignor);
        let fact = Fact::TargetAssigned { epoch: self.modern.epoch, assignor: assignor.name() };
        self.modern.observe(fact, out);
    }
}
