package jong.engine.containers;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import jong.manager.tasks.CreateTask;
import jong.manager.tasks.Task;
import jong.manager.tasks.Tasks;
import jong.wire.status.StatusException.AlreadyExists;

/** Tasks without processes; they outlive the {@link Containers} that made them, as real ones do. */
final class FakeTasks implements Tasks {

    final Map<String, FakeTask> tasks = new ConcurrentHashMap<>();

    /** Done when a task is deleted. */
    volatile Runnable whileDeleted = () -> {};

    /** Deleted tasks go, and say that they could not. */
    volatile boolean deleteFails;

    @Override
    public Task create(CreateTask request) {
        var task = new FakeTask(this, request);
        if (tasks.putIfAbsent(request.id(), task) != null) {
            throw new AlreadyExists("task " + request.id());
        }
        return task;
    }

    @Override
    public Optional<Task> find(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    @Override
    public List<Task> recover() {
        return List.copyOf(tasks.values());
    }

    /** The daemon dies: those who wait hear nothing any more, a new daemon finds the same tasks. */
    void cutOff() {
        tasks.replaceAll((_, task) -> task.asFoundLater());
    }

    void forget(FakeTask task) {
        tasks.remove(task.id(), task);
    }
}
